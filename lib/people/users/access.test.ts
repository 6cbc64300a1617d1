import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { createSession } from "#lib/sign-in/create-session.ts";
import { replaceOneTimePassword } from "#lib/sign-in/new-password.ts";
import { signIn } from "#lib/sign-in/sign-in.ts";
import { account, grantOwn, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { requireMfa } from "#tests/factors.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { updateUserWithPassword } from "../../compat/aims/update-user.ts";
import { createUser } from "./create.ts";
import { deleteUser } from "./delete.ts";
import { forceReset } from "./force-reset.ts";
import { getUser } from "./get.ts";
import { acceptInvitation, checkInvitation } from "./invitations.ts";
import { inviteAgain } from "./invite-again.ts";
import { lockUser, unlockUser } from "./lock.ts";
import { giveOneTimePassword } from "./one-time-password.ts";
import { listTokensOf, revokeTokenOf } from "./tokens.ts";
import { updateUser } from "./update.ts";

let mailbox: Mailbox;
let admin: Person;
let who: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

beforeEach(async () => {
  const place = await account("Own");
  admin = await person(place, ["Administrator"]);
  who = await person(place, ["Member"]);
});

const newPassword = "Copper-Lantern-83";
const nobody = () => callerWith({});
const of = (one: Person) => ({ userId: one.id });

/** What an administrator does to somebody. */
const acts = {
  lock: async (by: Person, to: Person, more = {}) =>
    (await execute(lockUser, await asPerson(by), { ...of(to), reason: "Lost phone", ...more })).output,
  unlock: async (by: Person, to: Person) => (await execute(unlockUser, await asPerson(by), of(to))).output,
  give: async (by: Person, to: Person) => (await execute(giveOneTimePassword, await asPerson(by), of(to))).output,
  reset: async (by: Person, to: Person) => (await execute(forceReset, await asPerson(by), of(to))).output,
  invite: async (by: Person, to: Person) => (await execute(inviteAgain, await asPerson(by), of(to))).output,
};

const tries = async (password: string, username = who.username) =>
  (await execute(signIn, nobody(), { username, password })).output;
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (refusal) => refusal.code,
  );

/** A colleague who may change users, and little else. */
async function desk() {
  const one = await person(who.accountId, ["Member"]);
  await grantOwn(one.id, `Desk ${one.id}`, { "admin:own:update:user": "allowed" });
  return one;
}

describe.each(Object.entries(acts))("%s", (name, act) => {
  test("is not done to oneself", async () => {
    await person(admin.accountId, ["Administrator"]);
    expect(await codeOf(act(admin, admin))).toBe("own_user");
  });

  test("finds nobody of another account", async () => {
    const stranger = await person(await account("Other"), ["Administrator"]);
    expect(await codeOf(act(stranger, who))).toBe("not_found");
  });

  test("asks for the permission", async () => {
    const member = await person(who.accountId, ["Member"]);
    expect(await codeOf(act(member, who))).toBe("forbidden");
  });

  test("is on record, with whom it concerns", async () => {
    if (name === "invite") await sql("update users set password_hash = null, invited_at = now() where id = $1", who.id);
    await act(admin, who);
    const [entry] = await sql("select * from audit_entries where target = $1 order by id desc limit 1", who.id);
    expect(entry).toMatchObject({ actor_id: admin.id, result: "done" });
  });
});

describe("locking", () => {
  test("ends sessions at once, tells the person why, and keeps them out until the end", async () => {
    const session = callerWith(bearer(await sessionOf(who)));
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await acts.lock(admin, who, { until })).toMatchObject({ status: "locked", lockedUntil: until });
    expect(await codeOf(execute(getUser, session, of(who)))).toBe("session_ended");
    expect(await codeOf(tries(who.password))).toBe("user_locked");
    expect((await mailbox.newest(who.email)).text).toContain("Lost phone");
    await sql("update users set locked_until = now() where id = $1", who.id);
    expect((await tries(who.password)).next).toBe("ticket");
  });

  test("without an end holds until somebody unlocks", async () => {
    expect(await acts.lock(admin, who)).toMatchObject({ locked: true, lockedUntil: null, lockedReason: "Lost phone" });
    expect(await acts.unlock(admin, who)).toMatchObject({ status: "active", lockedReason: null });
    expect((await tries(who.password)).next).toBe("ticket");
  });

  test("of somebody whose lock is over asks for no more than of anybody", async () => {
    await sql("update users set locked_until = now() - interval '1 hour' where id = $1", who.id);
    await grantOwn(who.id, `Pro ${who.id}`, { "pro:own:*:*": "allowed" });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await acts.lock(await desk(), who, { until })).toMatchObject({ lockedUntil: until });
  });

  test("has a reason and an end in the future", async () => {
    expect(await codeOf(acts.lock(admin, who, { reason: " " }))).toBe("invalid_fields");
    expect(await codeOf(acts.lock(admin, who, { until: "2020-01-01T00:00:00Z" }))).toBe("invalid_fields");
  });
});

describe("a one-time password", () => {
  test("takes the place of the old one, ends sessions, and is replaced at its first use", async () => {
    const session = callerWith(bearer(await sessionOf(who)));
    const { oneTimePassword } = await acts.give(admin, who);
    expect(await codeOf(execute(getUser, session, of(who)))).toBe("session_ended");
    expect(await codeOf(tries(who.password))).toBe("invalid_credentials");
    const { next, challenge } = await tries(oneTimePassword);
    expect(next).toBe("new-password");
    await execute(replaceOneTimePassword, nobody(), { challenge, newPassword });
    expect([await codeOf(tries(oneTimePassword)), (await tries(newPassword)).next]).toEqual([
      "invalid_credentials",
      "ticket",
    ]);
    expect((await mailbox.of(who.email)).map(({ subject }) => subject)).toContain("An administrator set your password");
  });

  test("is good for 72 hours, and is in no record and no mail", async () => {
    const { oneTimePassword } = await acts.give(admin, who);
    const fits =
      "select password_once_until - now() between interval '71 hours' and interval '72 hours' as fits from users where id = $1";
    expect(await sql(fits, who.id)).toEqual([{ fits: true }]);
    const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
    expect(record?.text).not.toContain(oneTimePassword);
    expect(JSON.stringify(await mailbox.of(who.email))).not.toContain(oneTimePassword);
  });

  test("is not given to somebody who may do more, nor by a token", async () => {
    const helper = await desk();
    await person(admin.accountId, ["Administrator"]);
    expect(await codeOf(acts.give(helper, admin))).toBe("privilege_escalation");
    expect(await codeOf(acts.give(helper, who))).toBe("done");
    const { secret } = await tokenOf(admin, ["users"]);
    expect(await codeOf(execute(giveOneTimePassword, callerWith(bearer(secret)), of(who)))).toBe("session_required");
  });

  test("is not given to somebody who signs in elsewhere", async () => {
    await sql("update users set password_hash = null, last_sign_in_at = now() where id = $1", who.id);
    expect(await codeOf(acts.give(admin, who))).toBe("conflict");
    expect(await codeOf(acts.invite(admin, who))).toBe("conflict");
    await expect(acts.reset(admin, who)).rejects.toThrow("They sign in elsewhere");
  });
});

describe("a forced reset", () => {
  test("ends password and sessions at once; the mailed link leads to a new one", async () => {
    const session = callerWith(bearer(await sessionOf(who)));
    expect(await acts.reset(admin, who)).toEqual({ endedSessions: 1 });
    expect(await codeOf(execute(getUser, session, of(who)))).toBe("session_ended");
    expect(await codeOf(tries(who.password))).toBe("password_once_over");
    expect((await mailbox.newest(who.email)).link).toMatch(/\/reset-password\/lk_lnk_/);
  });

  test("needs a password and a proven address", async () => {
    await sql("update users set email_verified_at = null where id = $1", who.id);
    expect(await codeOf(acts.reset(admin, who))).toBe("conflict");
    await sql("update users set password_hash = null where id = $1", who.id);
    expect(await codeOf(acts.reset(admin, who))).toBe("conflict");
  });

  test("is refused to tokens", async () => {
    const { secret } = await tokenOf(admin, ["users"]);
    expect(await codeOf(execute(forceReset, callerWith(bearer(secret)), of(who)))).toBe("session_required");
  });
});

describe("the last administrator who can sign in for good", () => {
  const ends = { lock: acts.lock, give: acts.give, reset: acts.reset };

  test.each(Object.entries(ends))("is spared by: %s", async (_, act) => {
    const helper = await person(admin.accountId, []);
    await grantOwn(helper.id, `Deputy ${helper.id}`, { "*:*:*:*": "allowed", "portal:own:get:token": "denied" });
    expect(["last_administrator", "privilege_escalation"]).toContain(await codeOf(act(helper, admin)));
    const { oneTimePassword: _once, ...second } = await made({ roleIds: [await administrator()] });
    expect(await codeOf(act(helper, admin))).not.toBe("done");
    await sql("update users set password_hash = 'x' where id = $1", second.id);
    const other = await person(admin.accountId, ["Administrator"]);
    expect(await codeOf(act(other, admin))).toBe("done");
  });

  test("is not left to somebody whose one-time password ends by itself", async () => {
    const second = await made({ roleIds: [await administrator()], oneTimePassword: true });
    const helper = await person(admin.accountId, []);
    await grantOwn(helper.id, `Remover ${helper.id}`, { "admin:*:*:*": "allowed" });
    const remove = async () => codeOf(execute(deleteUser, await asPerson(helper), of(admin)));
    expect(await remove()).toBe("last_administrator");
    await sql("update users set password_once = false where id = $1", second.id);
    expect(await remove()).toBe("done");
  });
});

const administrator = async () =>
  (await sql<{ id: string }>("select id from roles where name = 'Administrator' and account_id is null"))[0]?.id;

let newcomers = 0;
async function made(input: object = {}) {
  const invited = { fullName: "Fay Osei", email: `fay${++newcomers}@example.org`, ...input };
  return (await execute(createUser, await asPerson(admin), invited)).output;
}

describe("an invitation", () => {
  const secretIn = (link: string | undefined) => link?.split("/").at(-1) ?? "";
  const check = async (link: string) => (await execute(checkInvitation, nobody(), { link })).output.user;
  const accept = async (link: string, password = newPassword) =>
    (await execute(acceptInvitation, nobody(), { link, newPassword: password })).output;

  async function invited() {
    const user = await made();
    return { user, link: secretIn((await mailbox.newest(user.email)).link) };
  }

  test("says whom it is for, and is used up by the first password, which proves the address", async () => {
    const { user, link } = await invited();
    expect(await check(link)).toMatchObject({ id: user.id, username: user.email, accountName: "Own" });
    await accept(link);
    expect(await check(link)).toBeNull();
    expect(await codeOf(accept(link))).toBe("link_expired");
    const seen = (await execute(getUser, await asPerson(admin), { userId: user.id })).output;
    expect(seen).toMatchObject({ status: "active", passwordState: "own", emailVerifiedAt: expect.any(String) });
    expect((await tries(newPassword, user.username)).next).toBe("ticket");
  });

  test("still requires a second factor where the account does", async () => {
    const { user, link } = await invited();
    await requireMfa({ ...who, id: user.id });
    await accept(link);
    expect((await tries(newPassword, user.username)).next).toBe("enrol");
  });

  test("holds the password to the rules", async () => {
    const { link } = await invited();
    expect(await codeOf(accept(link, "short"))).toBe("invalid_fields");
    expect(await check(link)).not.toBeNull();
  });

  test("is good for 72 hours", async () => {
    const { user, link } = await invited();
    const fits =
      "select expires_at - now() between interval '71 hours' and interval '72 hours' as fits from links where user_id = $1";
    expect(await sql(fits, user.id)).toEqual([{ fits: true }]);
    await sql("update links set expires_at = now() where user_id = $1", user.id);
    expect([await check(link), await codeOf(accept(link))]).toEqual([null, "link_expired"]);
  });

  test("is used up once, however many come at the same time", async () => {
    const { link } = await invited();
    const came = await Promise.all(
      ["Copper-Lantern-83", "Silver-Basket-47", "Walnut-Harbour-55"].map((one) => codeOf(accept(link, one))),
    );
    expect(came.sort()).toEqual(["done", "link_expired", "link_expired"]);
  });

  test.each([
    ["who was deactivated", "active = false"],
    ["who gets notifications only", "notifications_only = true"],
    [
      "who has a password by now",
      "password_hash = (select o.password_hash from users o where o.password_hash like '$argon%' limit 1)",
    ],
    ["who has another address by now", "email = 'other-' || email"],
  ])("opens nothing for somebody %s", async (_, state) => {
    const { user, link } = await invited();
    await sql(`update users set ${state} where id = $1`, user.id);
    expect([await check(link), await codeOf(accept(link))]).toEqual([null, "link_expired"]);
  });

  test("that is sent again takes the worth from the one before", async () => {
    const { user, link } = await invited();
    await execute(inviteAgain, await asPerson(admin), { userId: user.id });
    const again = secretIn((await mailbox.newest(user.email)).link);
    expect([await check(link), (await check(again))?.id]).toEqual([null, user.id]);
    await accept(again);
    expect(await codeOf(execute(inviteAgain, await asPerson(admin), { userId: user.id }))).toBe("conflict");
  });

  test("follows somebody to a new address, and is worth nothing at the old one", async () => {
    const { user, link } = await invited();
    const email = `moved-${user.email}`;
    await execute(updateUser, await asPerson(admin), { userId: user.id, email });
    expect(await check(link)).toBeNull();
    expect((await check(secretIn((await mailbox.newest(email)).link)))?.id).toBe(user.id);
  });

  test("leaves somebody who has not accepted it without any way in", async () => {
    const { user } = await invited();
    expect(await codeOf(tries("", user.username))).toBe("invalid_fields");
    expect(await codeOf(execute(createSession, nobody(), { username: user.username, password: newPassword }))).toBe(
      "invalid_credentials",
    );
  });
});

describe("a password that is sent along, as AIMS has it", () => {
  const set = async (by: Person, input: object) => execute(updateUserWithPassword, await asPerson(by), input);

  test("replaces the old one and ends sessions; once, when asked so", async () => {
    await set(admin, { ...of(who), password: newPassword });
    expect((await tries(newPassword)).next).toBe("ticket");
    await set(admin, { ...of(who), password: "Silver-Basket-47", oneTimePassword: true });
    expect((await tries("Silver-Basket-47")).next).toBe("new-password");
    const again = set(admin, { ...of(who), password: newPassword });
    await expect(again).rejects.toMatchObject({ details: { errors: [{ code: "password_reused" }] } });
  });

  test("and what one may not change about oneself is passed over", async () => {
    const own = { ...of(admin), password: newPassword, active: false, notificationsOnly: true, fullName: "New Name" };
    expect((await set(admin, own)).output).toMatchObject({
      active: true,
      notificationsOnly: false,
      fullName: "New Name",
    });
    expect(await codeOf(tries(newPassword, admin.username))).toBe("invalid_credentials");
  });

  test("is not set for somebody who may do more", async () => {
    const helper = await desk();
    await person(admin.accountId, ["Administrator"]);
    expect(await codeOf(set(helper, { ...of(admin), password: newPassword }))).toBe("privilege_escalation");
  });
});

describe("the tokens of somebody", () => {
  test("are listed without secrets and revoked at once; the person is told", async () => {
    const id = await tokenRow(who, { name: "nightly" });
    const list = async () => (await execute(listTokensOf, await asPerson(admin), of(who))).output.items;
    expect(await list()).toMatchObject([{ id, name: "nightly" }]);
    await execute(revokeTokenOf, await asPerson(admin), { ...of(who), id });
    expect(await list()).toEqual([]);
    await mailbox.work();
    const told = await sql("select subject from notifications where user_id = $1", who.id);
    expect(told).toEqual([{ subject: "The API token nightly was revoked" }]);
  });

  test("of another person are not reached through this one", async () => {
    const id = await tokenRow(admin);
    expect(await codeOf(execute(revokeTokenOf, await asPerson(admin), { ...of(who), id }))).toBe("not_found");
  });
});
