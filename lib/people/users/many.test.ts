import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { account, grantOwn, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { allow, globalRole, groupRow, holder } from "#tests/rights.ts";
import { exportUsers } from "../csv/export.ts";
import { readCsv } from "../csv/file.ts";
import { importUsers } from "../csv/import.ts";
import { changeManyUsers } from "./bulk.ts";

let mailbox: Mailbox;
let place: string;
let admin: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  mailbox = await openMailbox();
});

beforeEach(async () => {
  place = await account("Own");
  admin = await person(place, ["Administrator"]);
});

const members = (count: number) => Promise.all(Array.from({ length: count }, () => person(place, ["Member"])));
const bulk = async (input: object, by = admin) =>
  (await execute(changeManyUsers, await asPerson(by), input)).output.results;
const actionsOf = async (target: string) =>
  (await sql<{ action: string }>("select action from audit_entries where target = $1", target)).map(
    ({ action }) => action,
  );

describe("changing many", () => {
  test("does each by itself: who is refused keeps nobody else from it", async () => {
    const [one, two] = await members(2);
    const stranger = await person(await account("Other"), []);
    const ids = [one?.id, stranger.id, admin.id, two?.id];
    const results = await bulk({ action: "deactivate", userIds: ids });
    const codeOf = (id?: string) => results.find(({ userId }) => userId === id)?.code;
    expect(ids.map(codeOf)).toEqual([null, "not_found", "own_user", null]);
    const active = await sql("select active from users where id = any($1)", [one?.id, two?.id, stranger.id, admin.id]);
    expect(active.map((row) => row.active).sort()).toEqual([false, false, true, true]);
  });

  test("puts each on record, and tells each", async () => {
    const [one] = await members(1);
    await bulk({ action: "deactivate", userIds: [one?.id] });
    expect(await actionsOf(one?.id ?? "")).toEqual(["users.update"]);
    expect((await mailbox.newest(one?.email ?? "")).subject).toBe("You were deactivated");
    await bulk({ action: "activate", userIds: [one?.id] });
    await bulk({ action: "activate", userIds: [one?.id] });
    expect(await actionsOf(one?.id ?? "")).toEqual(["users.update", "users.update"]);
  });

  test("never takes the last administrator, nor oneself", async () => {
    const other = await person(place, ["Administrator"]);
    const hand = await person(place, []);
    await grantOwn(hand.id, `Hand ${hand.id}`, { "admin:*:*:*": "allowed" });
    const results = await bulk({ action: "deactivate", userIds: [admin.id, other.id, hand.id] }, hand);
    expect(results.map(({ code }) => code).sort()).toEqual(["last_administrator", "own_user", null].sort());
  });

  test("takes people into a group and out of it, with the permission for groups besides", async () => {
    const people = await members(2);
    const [group] = await sql<{ id: string }>(
      "insert into groups (account_id, name) values ($1, 'Crew') returning id",
      place,
    );
    const asked = { action: "add_to_group", groupId: group?.id, userIds: people.map(({ id }) => id) };
    expect((await bulk(asked)).every(({ done }) => done)).toBe(true);
    const inside = () => sql("select user_id from group_members where group_id = $1", group?.id);
    expect(await inside()).toHaveLength(2);
    await bulk({ ...asked, action: "remove_from_group" });
    expect(await inside()).toEqual([]);
    const hand = await person(place, []);
    await grantOwn(hand.id, `Desk ${hand.id}`, { "admin:own:update:user": "allowed" });
    await expect(bulk(asked, hand)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("takes a hundred at most, and a group where it needs one", async () => {
    await expect(
      bulk({ action: "activate", userIds: Array.from({ length: 101 }, () => crypto.randomUUID()) }),
    ).rejects.toMatchObject({ status: 422 });
    const [one] = await members(1);
    expect(await bulk({ action: "add_to_group", userIds: [one?.id] })).toMatchObject([
      { done: false, code: "invalid_fields" },
    ]);
  });
});

describe("importing", () => {
  const send = async (rows: object[], more = {}, by = admin) =>
    (await execute(importUsers, await asPerson(by), { rows, ...more })).output.results;
  let number = 0;
  const row = (cells: object = {}) => ({ fullName: "Fay Osei", email: `row${++number}@example.org`, ...cells });
  const countPeople = async () =>
    (await sql<{ n: number }>("select count(*)::int as n from users where account_id = $1", place))[0]?.n;

  test("makes each row a user with the roles that are named, and invites them", async () => {
    const rows = [
      row({ roles: "member; READ only", phone: "" }),
      row({ username: `row-${number}`, notificationsOnly: "yes" }),
    ];
    const results = await send(rows);
    expect(results.map(({ result }) => result)).toEqual(["made", "made"]);
    const held = await sql(
      "select u.notifications_only, array(select r.name from user_roles h join roles r on r.id = h.role_id where h.user_id = u.id order by 1) as roles from users u where id = any($1) order by username",
      results.map(({ userId }) => userId),
    );
    expect(held).toEqual([
      { notifications_only: true, roles: [] },
      { notifications_only: false, roles: ["Member", "Read Only"] },
    ]);
    expect((await mailbox.newest(rows[0]?.email ?? "")).link).toContain("/invitation/");
    expect(await actionsOf(results[0]?.userId ?? "")).toEqual(["users.create"]);
  });

  test("says of each row what is wrong with it, and makes the others", async () => {
    const good = row();
    const results = await send([
      row({ email: "no address" }),
      row({ fullName: "" }),
      good,
      row({ email: good.email.toUpperCase() }),
      row({ roles: "King" }),
      row({ shoeSize: "42" }),
      row({ notificationsOnly: "maybe", phone: "12" }),
    ]);
    expect(results.map(({ result, errors }) => [result, errors.map(({ column }) => column).sort()])).toEqual([
      ["refused", ["email"]],
      ["refused", ["fullName"]],
      ["made", []],
      ["refused", ["email"]],
      ["refused", ["roles"]],
      ["refused", ["shoeSize"]],
      ["refused", ["notificationsOnly", "phone"]],
    ]);
  });

  test("in a dry run tells the same and leaves everything as it was, mails and record too", async () => {
    await mailbox.work();
    const before = [await countPeople(), mailbox.mails.length];
    const twice = row();
    const results = await send([twice, twice, row({ roles: "King" })], { dryRun: true });
    expect(results.map(({ result }) => result)).toEqual(["valid", "refused", "refused"]);
    await mailbox.work();
    expect([await countPeople(), mailbox.mails.length]).toEqual(before);
    expect(await sql("select id from audit_entries where action = 'users.create' and account_id = $1", place)).toEqual(
      [],
    );
  });

  test("gives nobody what the one who imports does not hold", async () => {
    const { secret } = await tokenOf(admin, ["users", "roles"]);
    const { output } = await execute(importUsers, callerWith(bearer(secret)), {
      rows: [row({ roles: "Administrator" }), row()],
    });
    expect(output.results).toMatchObject([
      { result: "refused", errors: [{ code: "privilege_escalation" }] },
      { result: "made" },
    ]);
  });

  test("takes people into the groups that are named, and into none that hold more than the one who imports", async () => {
    const [desk, tower] = [await groupRow(place), await groupRow(place, [], [await globalRole("Administrator")])];
    const named = await sql<{ id: string; name: string }>("select id, name from groups where account_id = $1", place);
    const nameOf = (id: string) => named.find((group) => group.id === id)?.name.toUpperCase();
    const hand = await holder(place, allow("admin:own:create:user", "admin:own:update:group", "admin:own:grant:role"));
    const rows = [`${nameOf(desk)}; ${nameOf(desk)}`, nameOf(tower), "Nobody's"].map((groups) => row({ groups }));
    const [made, beyond, unknown] = await send(rows, {}, hand);
    expect([made?.result, beyond?.errors[0]?.code, unknown?.errors[0]]).toMatchObject([
      "made",
      "privilege_escalation",
      { column: "groups", code: "unknown_group" },
    ]);
    const joined = await sql("select group_id, user_id from group_members where account_id = $1", place);
    expect(joined).toEqual([{ group_id: desk, user_id: made?.userId }]);
    expect(await actionsOf(desk)).toEqual(["groups.change_members"]);
    const maker = await holder(place, allow("admin:own:create:user"));
    expect((await send([row({ groups: nameOf(desk) })], {}, maker))[0]?.errors).toMatchObject([{ code: "forbidden" }]);
  });

  test.each(["Jos\uFFFD M\uFFFDller", "JosÃ©", "JOSÃ‰", "MarÃ\u00ADa", "Jos? M?ller", "Â©zara"])(
    "invites nobody under the garbled name %s",
    async (fullName) => {
      const [one] = await send([row({ fullName })]);
      expect(one?.errors).toMatchObject([{ column: "fullName", message: expect.stringContaining("garbled") }]);
    },
  );

  test.each(["JOÃO ÂNGELO", "Łukasz Ćwik", "José Müller"])(
    "invites %s, whose name is no garbled one",
    async (fullName) => {
      expect(await send([row({ fullName })])).toMatchObject([{ result: "made" }]);
    },
  );

  test.each(["\u0000", "\uD800", "\u202E"])("refuses a name of a group or role with %j in it", async (bad) => {
    const rows = [row({ groups: `Desk; a${bad}b` }), row({ roles: `a${bad}b` })];
    expect(await send(rows, { dryRun: true })).toMatchObject([
      { result: "refused", errors: [{ column: "groups", message: "Use visible characters only." }] },
      { result: "refused", errors: [{ column: "roles", message: "Use visible characters only." }] },
    ]);
  });

  test("invites nobody whom the file says to be inactive", async () => {
    const [one, other] = await send([row({ status: "inactive" }), row({ status: "active" })]);
    expect([one?.errors[0]?.column, other?.result]).toEqual(["status", "made"]);
  });

  test("takes 200 rows, and as many bytes as a body may have", async () => {
    const without = Array.from({ length: 200 }, () => row({ email: "" }));
    expect((await send(without)).map(({ errors }) => errors[0]?.column)).toEqual(Array(200).fill("email"));
    await expect(send(Array.from({ length: 201 }, () => row()))).rejects.toMatchObject({ status: 422 });
  });
});

describe("a dry run", () => {
  const clashing = (people: Person[]) =>
    people.map(({ email }) => ({ fullName: "Somebody", email, username: `u-${crypto.randomUUID()}` }));
  const tryOut = async (people: Person[]) => {
    const input = { rows: clashing(people), dryRun: true };
    const { output } = await execute(importUsers, await asPerson(admin), input);
    return output.results.map(({ errors }) => errors[0]?.code);
  };

  test("stops when more than a few rows name people of other accounts", async () => {
    const elsewhere = await account("Elsewhere");
    const people = await Promise.all(Array.from({ length: 12 }, () => person(elsewhere, [])));
    expect(await tryOut(people)).toEqual([...Array(10).fill("taken"), "not_tried", "not_tried"]);
  });

  test("does not stop for people of one's own account", async () => {
    expect(await tryOut(await members(12))).toEqual(Array(12).fill("taken"));
  });
});

describe("exporting", () => {
  async function csv(input = {}) {
    const { output } = await execute(exportUsers, { ...(await asPerson(admin)) }, input);
    let text = "";
    for await (const piece of output.content) text += piece;
    return text.trimEnd().split("\r\n");
  }

  test("writes everybody that the filter leaves, by username, with a line of headings", async () => {
    const people = await members(3);
    const [head, ...lines] = await csv();
    expect(head).toBe(
      "\uFEFFusername,fullName,email,phone,mobilePhone,roles,groups,notificationsOnly,status,id,accountId,mfa," +
        "invitedAt,lastSignInAt,createdAt",
    );
    const expected = [admin, ...people].map(({ username }) => username).sort();
    expect(lines.map((line) => line.split(",")[0])).toEqual(expected);
    expect(await csv({ search: people[0]?.username })).toHaveLength(2);
  });

  test("writes a file that an import takes as it is, on another portal as on this one", async () => {
    const groupId = await groupRow(place, [], [await globalRole("Read Only")]);
    await sql("update groups set name = $2 where id = $1", groupId, `Night; "weekend" ${groupId}`);
    const [group] = await sql<{ name: string }>("select name from groups where id = $1", groupId);
    const lead = await person(place, ["Member"]);
    await sql("insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)", groupId, place, lead.id);
    await sql("update users set phone = '+44 20 7946 0000', full_name = 'Zoë O’Neil; Lead' where id = $1", lead.id);
    await sql("update users set active = false where id = $1", (await person(place, ["Member"])).id);
    const file = readCsv((await csv()).join("\r\n"));
    if ("trouble" in file) throw new Error(file.trouble);
    expect(file.unknown).toEqual([]);
    await sql("delete from users where account_id = $1 and id <> $2", place, admin.id);
    const { output } = await execute(importUsers, await asPerson(admin), { rows: file.rows.map((row) => row.values) });
    expect(output.results.map(({ errors }) => errors[0]?.column ?? null).sort()).toEqual([null, "status", "username"]);
    const [made] = await sql(
      "select full_name, email, username, phone from users where phone is not null and account_id = $1",
      place,
    );
    const { username, email } = lead;
    expect(made).toEqual({ full_name: "Zoë O’Neil; Lead", email, username, phone: "+44 20 7946 0000" });
    const held =
      "select r.name from user_roles u join roles r on r.id = u.role_id where u.account_id = $1 and u.user_id <> $2";
    expect(await sql(held, place, admin.id)).toEqual([{ name: "Member" }]);
    const members = "select g.name from group_members m join groups g on g.id = m.group_id where m.account_id = $1";
    expect(await sql(members, place)).toEqual([{ name: group?.name }]);
  });

  test("is on record, with the filter, before anything of it is read", async () => {
    await execute(exportUsers, await asPerson(admin), { search: "nobody" });
    const entries = await sql(
      "select account_id, details from audit_entries where action = $1 and actor_id = $2",
      ...["users.export", admin.id],
    );
    expect(entries).toEqual([{ account_id: place, details: { filter: { search: "nobody" } } }]);
  });

  test("goes on past one piece, and keeps formulas from being any", async () => {
    await sql(
      `insert into users (account_id, username, full_name, email)
       select $1, 'x' || i || '-' || $1, '=HYPERLINK("http://evil")', 'x' || i || '-' || $1 || '@example.org' from generate_series(1, 1100) i`,
      place,
    );
    const lines = await csv({ search: "hyperlink" });
    expect(lines).toHaveLength(1101);
    expect(new Set(lines).size).toBe(1101);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });
});
