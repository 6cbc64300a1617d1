import { beforeAll, describe, expect, test } from "vitest";
import { createAccount } from "#lib/accounts/create.ts";
import { createUserWithPassword } from "#lib/compat/aims/create-user.ts";
import { execute } from "#lib/core/execute.ts";
import { account, type Cast, grantOwn, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { allow, give, globalRole, groupRow, holder, roleRow } from "#tests/rights.ts";
import { emailChange, linkOf } from "#tests/samples/operations.ts";
import { undoEmail } from "../email/undo.ts";
import { createUser } from "./create.ts";
import { deleteUser } from "./delete.ts";
import { findUsers } from "./find.ts";
import { getUser } from "./get.ts";
import { updateUser } from "./update.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

let newcomers = 0;
const newcomer = () => ({ fullName: "Fay Osei", email: `fay${++newcomers}@example.org` });

const create = async (who: Person, input: object) => (await execute(createUser, await asPerson(who), input)).output;
const update = async (who: Person, input: object) => (await execute(updateUser, await asPerson(who), input)).output;
const remove = async (who: Person, input: object) => (await execute(deleteUser, await asPerson(who), input)).output;
const read = async (who: Person, userId: string, input = {}) =>
  (await execute(getUser, await asPerson(who), { userId, ...input })).output;
const find = async (who: Person, input: object) => (await execute(findUsers, await asPerson(who), input)).output.items;

const roleId = async (name: string) => (await sql<{ id: string }>("select id from roles where name = $1", name))[0]?.id;
const names = ({ roles }: { roles: { name: string }[] }) => roles.map(({ name }) => name);

/** An account of its own, with its administrator. */
async function elsewhere() {
  const place = await account("Own");
  return { place, admin: await person(place, ["Administrator"]) };
}

describe("making a user", () => {
  test("is invited by mail, by a link that is minted for the mail alone", async () => {
    const who = newcomer();
    const made = await create(cast.ada, who);
    expect(made).toMatchObject({ ...who, username: who.email, status: "invited", passwordState: "none", roles: [] });
    expect(made).toMatchObject({ accountId: cast.here, createdBy: cast.ada.id, oneTimePassword: null, version: 1 });
    const mail = await mailbox.newest(who.email);
    expect([mail.subject, mail.link]).toEqual([
      "You are invited to Quarry",
      expect.stringMatching(/\/invitation\/lk_lnk_/),
    ]);
  });

  test("gets a one-time password that is shown once and must be replaced", async () => {
    const made = await create(cast.ada, { ...newcomer(), oneTimePassword: true });
    expect(made).toMatchObject({ status: "active", passwordState: "once" });
    expect(made.oneTimePassword).toMatch(/^(\w{4}-){4}\w{4}$/);
    expect(await mailbox.of(made.email)).toEqual([]);
    expect(JSON.stringify(await read(cast.ada, made.id))).not.toContain(made.oneTimePassword);
  });

  test("for notifications only gets no mail at all", async () => {
    const made = await create(cast.ada, { ...newcomer(), notificationsOnly: true });
    expect([made.status, await mailbox.of(made.email)]).toEqual(["notifications_only", []]);
  });

  test.each(["email", "username"])("has a %s that nobody else has, whatever its case", async (field) => {
    const who = { ...newcomer(), username: `fay-${newcomers}` };
    await create(cast.ada, who);
    const taken = String(who[field as keyof typeof who]).toUpperCase();
    const again = create(cast.dan, { ...newcomer(), [field]: taken, ...(field === "email" && { username: "other" }) });
    await expect(again).rejects.toMatchObject({
      code: "user_exists",
      status: 409,
      details: { errors: [{ pointer: `/${field}` }] },
    });
  });

  test("is refused by the address, where that is the username, too", async () => {
    const who = newcomer();
    await create(cast.ada, who);
    await expect(create(cast.ada, who)).rejects.toMatchObject({ details: { errors: [{ pointer: "/email" }] } });
  });

  test("is not called by another's address", async () => {
    const posing = create(cast.ada, { ...newcomer(), username: "someone@elsewhere.example" });
    await expect(posing).rejects.toMatchObject({ details: { errors: [{ pointer: "/username" }] } });
  });

  test("the first one of an account is its administrator, whatever was asked for", async () => {
    const place = await account("Empty");
    await manage(cast.here, place);
    const first = await create(cast.ada, { ...newcomer(), accountId: place, roleIds: [await roleId("Read Only")] });
    const second = await create(cast.ada, { ...newcomer(), accountId: place });
    expect([names(first), names(second)]).toEqual([["Administrator"], []]);
  });

  test("whoever may do less empties no account, and makes nobody its administrator", async () => {
    const founded = { name: "Fresh", administratorName: "First", administratorEmail: newcomer().email };
    const { account: made, administrator } = (await execute(createAccount, await asPerson(cast.ada), founded)).output;
    const hand = await person(cast.here, ["Member"]);
    await grantOwn(hand.id, `Abroad ${hand.id}`, {
      "admin:managed:create:user": "allowed",
      "admin:managed:delete:user": "allowed",
    });
    const first = { accountId: made.id, userId: administrator.id };
    await expect(remove(hand, first)).rejects.toMatchObject({ code: "privilege_escalation" });
    await remove(cast.ada, first);
    const again = { ...newcomer(), accountId: made.id };
    await expect(create(hand, again)).rejects.toMatchObject({ code: "privilege_escalation" });
    expect(names(await create(cast.ada, again))).toEqual(["Administrator"]);
  });

  test("two who are first at once are not both administrators", async () => {
    const place = await account("Empty");
    await manage(cast.here, place);
    const made = await Promise.all(
      [newcomer(), newcomer()].map((who) => create(cast.ada, { ...who, accountId: place })),
    );
    expect(made.flatMap(names)).toEqual(["Administrator"]);
  });

  test("has the roles that are granted with it; Administrator stands in for all others", async () => {
    const [member, reader, all] = [await roleId("Member"), await roleId("Read Only"), await roleId("Administrator")];
    expect(names(await create(cast.ada, { ...newcomer(), roleIds: [member, reader] }))).toEqual([
      "Member",
      "Read Only",
    ]);
    expect(names(await create(cast.ada, { ...newcomer(), roleIds: [member, all] }))).toEqual(["Administrator"]);
    const unknown = create(cast.ada, { ...newcomer(), roleIds: [crypto.randomUUID()] });
    await expect(unknown).rejects.toMatchObject({ details: { errors: [{ code: "unknown_role" }] } });
  });

  test("gets no role of another account", async () => {
    const [theirs] = await sql<{ id: string }>(
      "insert into roles (account_id, name, permissions) values ($1, 'Theirs', '{}') returning id",
      cast.there,
    );
    const foreign = create(cast.ada, { ...newcomer(), roleIds: [theirs?.id] });
    await expect(foreign).rejects.toMatchObject({ details: { errors: [{ code: "unknown_role" }] } });
  });

  test("gets no right that whoever makes them does not hold", async () => {
    const { place } = await elsewhere();
    const hand = await person(place, ["Member"]);
    await grantOwn(hand.id, `Hiring ${hand.id}`, {
      "admin:own:create:user": "allowed",
      "admin:own:grant:role": "allowed",
    });
    expect(names(await create(hand, { ...newcomer(), roleIds: [await roleId("Member")] }))).toEqual(["Member"]);
    const beyond = create(hand, { ...newcomer(), roleIds: [await roleId("Read Only")] });
    await expect(beyond).rejects.toMatchObject({ code: "privilege_escalation" });
  });

  test("gets no role of whoever may make users but grant nothing", async () => {
    const { place } = await elsewhere();
    const hand = await person(place, ["Member"]);
    await grantOwn(hand.id, `Clerk ${hand.id}`, { "admin:own:create:user": "allowed" });
    const granted = create(hand, { ...newcomer(), roleIds: [await roleId("Member")] });
    await expect(granted).rejects.toMatchObject({ code: "forbidden", details: { required: "admin:own:grant:role" } });
  });

  test("is taken into groups at once, by who may and holds what those do", async () => {
    const { place, admin } = await elsewhere();
    const [desk, tower] = [await groupRow(place), await groupRow(place, [], [await globalRole("Administrator")])];
    const inside = await create(admin, { ...newcomer(), groupIds: [desk, tower] });
    expect(inside.roles).toMatchObject([{ name: "Administrator", direct: false, groups: [{ id: tower }] }]);
    const joined = await sql("select group_id from group_members where user_id = $1", inside.id);
    expect(joined.map(({ group_id }) => group_id).sort()).toEqual([desk, tower].sort());
    const clerk = await holder(place, allow("admin:own:create:user", "admin:own:grant:role"));
    const [into, person] = [(groupId: string) => create(clerk, { ...person, groupIds: [groupId] }), newcomer()];
    await expect(into(desk)).rejects.toMatchObject({
      code: "forbidden",
      details: { required: "admin:own:update:group" },
    });
    await give(clerk.id, await roleRow(place, allow("admin:own:update:group")));
    await expect(into(tower)).rejects.toMatchObject({ code: "privilege_escalation" });
    expect(await sql("select id from users where email = $1", person.email)).toEqual([]);
    await into(desk);
  });

  test("gets no role and no password by a token of narrower scopes", async () => {
    const { secret } = await tokenOf(cast.ada, ["users", "roles"]);
    const byToken = (input: object) => execute(createUser, callerWith(bearer(secret)), { ...newcomer(), ...input });
    await expect(byToken({ roleIds: [await roleId("Member")] })).rejects.toMatchObject({
      code: "privilege_escalation",
    });
    await expect(byToken({ oneTimePassword: true })).rejects.toMatchObject({ code: "session_required" });
    expect((await byToken({})).output.status).toBe("invited");
  });

  test("takes a password only where the AIMS API asks, by the same rules", async () => {
    await expect(create(cast.ada, { ...newcomer(), password: "Violet-Kettle-29" })).rejects.toMatchObject({
      status: 422,
    });
    const caller = await asPerson(cast.ada);
    const weak = execute(createUserWithPassword, caller, { ...newcomer(), password: "short" });
    await expect(weak).rejects.toMatchObject({ details: { errors: [{ pointer: "/password", code: "too_short" }] } });
    const made = await execute(createUserWithPassword, caller, { ...newcomer(), password: "Violet-Kettle-29" });
    expect(made.output.passwordState).toBe("own");
  });
});

describe("reading users", () => {
  test("says what is known of them, and no secret", async () => {
    const seen = await read(cast.ada, cast.ben.id);
    expect(seen).toMatchObject({ username: "ben", status: "active", mfa: false, groups: [], factors: { mfa: "off" } });
    expect(seen.roles).toMatchObject([{ name: "Member", global: true, direct: true, groups: [] }]);
  });

  test("tells roles through groups, and names the groups", async () => {
    const { place, admin } = await elsewhere();
    const member = await person(place, ["Member"]);
    const [group] = await sql<{ id: string }>(
      "insert into groups (account_id, name) values ($1, 'Crew') returning id",
      place,
    );
    await sql(
      "insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)",
      group?.id,
      place,
      member.id,
    );
    for (const role of ["Member", "Read Only"])
      await sql(
        "insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)",
        group?.id,
        place,
        await roleId(role),
      );
    const { roles, groups } = await read(admin, member.id);
    expect(roles).toMatchObject([
      { name: "Member", direct: true, groups: [{ name: "Crew" }] },
      { name: "Read Only", direct: false, groups: [{ name: "Crew" }] },
    ]);
    expect(groups).toEqual([{ id: group?.id, name: "Crew" }]);
  });

  test.each([
    [
      "locked for good",
      "locked_until = 'infinity', locked_reason = 'Lost phone'",
      { status: "locked", lockedUntil: null, lockedReason: "Lost phone" },
    ],
    [
      "whose lock is over",
      "locked_until = now(), locked_reason = 'Old'",
      { status: "active", locked: false, lockedReason: null },
    ],
    ["inactive and locked", "active = false, locked_until = 'infinity'", { status: "inactive" }],
    [
      "with an old one-time password",
      "password_once = true, password_once_until = now()",
      { passwordState: "temporary_expired" },
    ],
  ])("tells somebody %s", async (_, state, expected) => {
    const who = await person(cast.here, []);
    await sql(`update users set ${state} where id = $1`, who.id);
    expect(await read(cast.ada, who.id)).toMatchObject(expected);
  });

  test("by name, address or id, whatever the case; nobody is an empty list", async () => {
    for (const asked of [{ username: "BEN" }, { email: "Ben@Example.org" }, { id: cast.ben.id }])
      expect((await find(cast.ada, asked)).map(({ username }) => username)).toEqual(["ben"]);
    expect(await find(cast.ada, { username: "nobody" })).toEqual([]);
    await expect(find(cast.ada, { username: "ben", email: "ben@example.org" })).rejects.toMatchObject({ status: 422 });
  });

  test("finds nobody of another account, until the own one manages it", async () => {
    expect(await find(cast.ada, { username: "dan", accountId: "*" })).toEqual([]);
    const { place, admin } = await elsewhere();
    await manage(cast.here, place);
    expect(await find(cast.ada, { username: admin.username })).toEqual([]);
    expect(await find(cast.ada, { username: admin.username, accountId: "*" })).toMatchObject([{ accountId: place }]);
    expect(await read(cast.ada, admin.id, { accountId: place })).toMatchObject({ id: admin.id });
  });
});

describe("changing a user", () => {
  test("changes what was given, counts the version up and tells the person", async () => {
    const who = await person(cast.here, ["Member"]);
    const changed = await update(cast.ada, { userId: who.id, fullName: "New Name", phone: "+44 20 7946 0000" });
    expect(changed).toMatchObject({
      fullName: "New Name",
      phone: "+44 20 7946 0000",
      version: 2,
      modifiedBy: cast.ada.id,
    });
    expect((await mailbox.newest(who.email)).text).toContain("your name, your phone number");
    expect(await update(cast.ada, { userId: who.id, phone: "" })).toMatchObject({ phone: null, version: 3 });
  });

  test("that changes nothing is told to nobody", async () => {
    const who = await person(cast.here, ["Member"]);
    expect(await update(cast.ada, { userId: who.id, fullName: who.fullName, active: true })).toMatchObject({
      version: 1,
    });
    expect(await mailbox.of(who.email)).toEqual([]);
  });

  test("is refused when it changed in the meantime", async () => {
    const who = await person(cast.here, []);
    await update(cast.ada, { userId: who.id, fullName: "One", version: 1 });
    const stale = update(cast.ada, { userId: who.id, fullName: "Two", version: 1 });
    await expect(stale).rejects.toMatchObject({ code: "version_conflict" });
  });

  test("refuses fields that are nobody's to write", async () => {
    const who = await person(cast.here, []);
    for (const field of ["username", "emailVerifiedAt", "accountId2", "password", "roles", "lastSignInAt"])
      await expect(update(cast.ada, { userId: who.id, [field]: "x" })).rejects.toMatchObject({ status: 422 });
  });

  test("a new address counts for nothing until it is confirmed, and both are told", async () => {
    const who = await person(cast.here, ["Member"]);
    const email = `moved-${who.username}@example.org`;
    expect(await update(cast.ada, { userId: who.id, email })).toMatchObject({ email, emailVerifiedAt: null });
    expect((await mailbox.newest(who.email)).subject).toBe("Your e-mail address was changed");
    expect((await mailbox.newest(email)).link).toMatch(/\/confirm-email\/lk_lnk_/);
  });

  test("the same address in other letters stays confirmed", async () => {
    const who = await person(cast.here, ["Member"]);
    const seen = await update(cast.ada, { userId: who.id, email: who.email.toUpperCase() });
    expect(seen.emailVerifiedAt).not.toBeNull();
  });

  test("gives no new address to somebody who may do more", async () => {
    const { place, admin } = await elsewhere();
    const desk = await person(place, ["Member"]);
    await grantOwn(desk.id, `Desk ${desk.id}`, { "admin:own:update:user": "allowed" });
    const taken = update(desk, { userId: admin.id, email: "mine@elsewhere.example" });
    await expect(taken).rejects.toMatchObject({ code: "privilege_escalation" });
    const other = await person(place, ["Member"]);
    expect(await update(desk, { userId: other.id, email: `${other.username}@new.example` })).toMatchObject({
      version: 2,
    });
  });

  test("nobody gives themselves an address here: it would not be proven first", async () => {
    const { admin } = await elsewhere();
    const taken = update(admin, { userId: admin.id, email: "mine@elsewhere.example" });
    await expect(taken).rejects.toMatchObject({ code: "own_user", message: expect.stringContaining("/me/email") });
    const kept = await update(admin, { userId: admin.id, email: admin.email, fullName: "Ada A" });
    expect(kept).toMatchObject({ email: admin.email, fullName: "Ada A" });
  });

  test("no token gives an address to anybody", async () => {
    const { place, admin } = await elsewhere();
    const who = await person(place, ["Member"]);
    const { secret } = await tokenOf(admin, ["users"]);
    const byToken = (input: object) => execute(updateUser, callerWith(bearer(secret)), { userId: who.id, ...input });
    await expect(byToken({ email: "mine@elsewhere.example" })).rejects.toMatchObject({ code: "session_required" });
    expect((await byToken({ fullName: "New Name" })).output).toMatchObject({ fullName: "New Name" });
  });

  test("a new address takes no change of address of the person's own beyond recall", async () => {
    const who = await person(cast.here, ["Member"]);
    const link = await linkOf(who, "email-undo", await emailChange(who, true));
    await update(cast.ada, { userId: who.id, email: `moved-${who.username}@example.org` });
    expect((await execute(undoEmail, callerWith({}), { link })).output).toMatchObject({ email: who.email });
  });

  test("what somebody who may do more is told goes nowhere else", async () => {
    const { place, admin } = await elsewhere();
    const desk = await person(place, ["Member"]);
    await grantOwn(desk.id, `Desk ${desk.id}`, { "admin:own:update:user": "allowed" });
    const webhookUrl = "https://mine.elsewhere.example/";
    const taken = update(desk, { userId: admin.id, webhookUrl });
    await expect(taken).rejects.toMatchObject({ code: "privilege_escalation" });
    const other = await person(place, ["Member"]);
    expect(await update(desk, { userId: other.id, webhookUrl })).toMatchObject({ webhookUrl });
  });

  test("whoever is deactivated is out at once, and stays out when they are activated again", async () => {
    const who = await person(cast.here, ["Administrator"]);
    const session = bearer(await sessionOf(who));
    const me = () => execute(getUser, callerWith(session, "GET"), { userId: cast.ben.id });
    await me();
    expect(await update(cast.ada, { userId: who.id, active: false })).toMatchObject({ status: "inactive" });
    await expect(me()).rejects.toMatchObject({ code: "session_ended" });
    await update(cast.ada, { userId: who.id, active: true });
    await expect(me()).rejects.toMatchObject({ code: "session_ended" });
  });

  test.each([{ active: false }, { notificationsOnly: true }])("nobody changes their own status: %o", async (status) => {
    await person(cast.here, ["Administrator"]);
    await expect(update(cast.ada, { userId: cast.ada.id, ...status })).rejects.toMatchObject({ code: "own_user" });
    expect(await update(cast.ada, { userId: cast.ada.id, active: true, fullName: "Ada A" })).toMatchObject({
      fullName: "Ada A",
    });
  });

  test.each([{ active: false }, { notificationsOnly: true }])(
    "the last administrator stays one: %o",
    async (status) => {
      const { place, admin } = await elsewhere();
      const hand = await person(place, []);
      await grantOwn(hand.id, `Hand ${hand.id}`, { "admin:*:*:*": "allowed" });
      const ended = update(hand, { userId: admin.id, ...status });
      await expect(ended).rejects.toMatchObject({ code: "last_administrator" });
      await person(place, ["Administrator"]);
      expect(await update(hand, { userId: admin.id, ...status })).toMatchObject(status);
    },
  );

  test("does not reach into another account", async () => {
    await expect(update(cast.ada, { userId: cast.dan.id, fullName: "Mine" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(read(cast.ada, cast.dan.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(remove(cast.ada, { userId: cast.dan.id })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("deleting a user", () => {
  test("takes all that was theirs, tells them, and leaves the record", async () => {
    const who = await person(cast.here, ["Member"]);
    await sessionOf(who);
    await remove(cast.ada, { userId: who.id });
    expect(await sql("select id from sessions where user_id = $1", who.id)).toEqual([]);
    await expect(read(cast.ada, who.id)).rejects.toMatchObject({ code: "not_found" });
    expect((await mailbox.newest(who.email)).subject).toBe("You were deleted");
    const [entry] = await sql("select * from audit_entries where action = 'users.delete' and target = $1", who.id);
    expect(entry).toMatchObject({ actor_id: cast.ada.id, details: { username: who.username } });
  });

  test("never means oneself", async () => {
    await person(cast.here, ["Administrator"]);
    await expect(remove(cast.ada, { userId: cast.ada.id })).rejects.toMatchObject({ code: "own_user", status: 403 });
  });

  test("never means the last administrator who can sign in", async () => {
    const { place, admin } = await elsewhere();
    const hand = await person(place, []);
    await grantOwn(hand.id, `Remover ${hand.id}`, { "admin:*:*:*": "allowed" });
    const locked = await person(place, ["Administrator"]);
    await sql("update users set locked_until = 'infinity' where id = $1", locked.id);
    await expect(remove(hand, { userId: admin.id })).rejects.toMatchObject({ code: "last_administrator" });
    await remove(hand, { userId: locked.id });
  });
});
