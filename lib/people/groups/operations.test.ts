import { beforeAll, describe, expect, test } from "vitest";
import { noneOutgrown } from "#lib/access/issued/outgrown.ts";
import { deleteRole } from "#lib/access/roles/delete.ts";
import { grantRole } from "#lib/access/roles/grant.ts";
import { listRolesOf } from "#lib/access/roles/list-of-user.ts";
import { revokeRole } from "#lib/access/roles/revoke.ts";
import { updateRole } from "#lib/access/roles/update.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { allow, by, deny, globalRole, groupRow, holder, roleRow } from "#tests/rights.ts";
import { changeMembers } from "./change-members.ts";
import { createGroup } from "./create.ts";
import { deleteGroup } from "./delete.ts";
import { getGroup } from "./get.ts";
import { listGroups } from "./list.ts";
import { listMembers } from "./list-members.ts";
import { updateGroup } from "./update.ts";

let cast: Cast;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
});

const people = "admin:own:*:user";
const code = (code: string) => ({ code });

/** Looks after groups, grants and revokes, and holds what stands beside it. */
const steward = (held: Record<string, string> = allow(people)) =>
  holder(cast.here, { ...allow("admin:own:*:group", "admin:own:grant:role", "admin:own:revoke:role"), ...held });

describe("a group", () => {
  test("is made, read, changed and deleted, and what it was stands on record", async () => {
    const roleId = await roleRow(cast.here, allow(people), "Front desk");
    const { id: groupId } = await by(cast.ada, createGroup, { name: "Desk", roleIds: [roleId] });
    const changed = await by(cast.ada, updateGroup, { groupId, name: "First line", roleIds: [] });
    expect(changed).toMatchObject({ name: "First line", version: 2, roles: [], before: { roles: ["Front desk"] } });
    await by(cast.ada, deleteGroup, { groupId });
    await expect(by(cast.ada, getGroup, { groupId })).rejects.toMatchObject(code("not_found"));
    const entries = await sql("select action, details from audit_entries where target = $1 order by id", groupId);
    expect(entries).toMatchObject([
      { action: "groups.create", details: { after: { name: "Desk", roles: ["Front desk"] } } },
      {
        action: "groups.update",
        details: { before: { name: "Desk" }, after: { name: "First line", roles: [] } },
      },
      { action: "groups.delete", details: { before: { name: "First line" } } },
    ]);
  });

  test("has a name of its own, whatever the case", async () => {
    await by(cast.ada, createGroup, { name: "Night watch" });
    await expect(by(cast.ada, createGroup, { name: "NIGHT watch" })).rejects.toMatchObject(code("conflict"));
    await by(cast.dan, createGroup, { name: "Night watch" });
  });

  test("is not overwritten by who read an older version", async () => {
    const groupId = await groupRow(cast.here);
    await by(cast.ada, updateGroup, { groupId, description: "one", version: 1 });
    const late = by(cast.ada, updateGroup, { groupId, description: "two", version: 1 });
    await expect(late).rejects.toMatchObject(code("version_conflict"));
  });

  test("holds no role and no member of another account", async () => {
    const groupId = await groupRow(cast.here);
    const roleIds = [await roleRow(cast.there)];
    await expect(by(cast.ada, updateGroup, { groupId, roleIds })).rejects.toMatchObject(code("not_found"));
    const add = [cast.ben.id, cast.dan.id];
    await expect(by(cast.ada, changeMembers, { groupId, add })).rejects.toMatchObject(code("not_found"));
    expect((await by(cast.ada, listMembers, { groupId })).items).toEqual([]);
  });

  test("of another account is not there", async () => {
    const groupId = await groupRow(cast.there);
    for (const operation of [getGroup, updateGroup, deleteGroup, listMembers, changeMembers] as Operation[])
      await expect(by(cast.ada, operation, { groupId })).rejects.toMatchObject(code("not_found"));
  });

  test("of a managed account can be looked after", async () => {
    const accountId = await account("Managed");
    await manage(cast.here, accountId);
    const eve = await person(accountId, []);
    const { id: groupId } = await by(cast.ada, createGroup, { accountId, name: "Desk" });
    await by(cast.ada, changeMembers, { accountId, groupId, add: [eve.id] });
    const { items } = await by(cast.ada, listMembers, { accountId, groupId });
    expect(items).toMatchObject([{ id: eve.id }]);
    expect((await by(cast.ada, listGroups, {})).items.map(({ id }) => id)).not.toContain(groupId);
  });
});

describe("the lists", () => {
  test("of groups goes by name, a page at a time, and finds by words and by role", async () => {
    const there = await account("Listed");
    const eve = await person(there, ["Administrator"]);
    const roleId = await roleRow(there);
    for (const name of ["b", "A", "d", "C"]) await by(eve, createGroup, { name, description: `100%_${name}` });
    const first = await by(eve, listGroups, { limit: 3 });
    const rest = await by(eve, listGroups, { cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["A", "b", "C", "d"]);
    expect((await by(eve, listGroups, { search: "%_c" })).items.map(({ name }) => name)).toEqual(["C"]);
    const groupId = String(first.items[0]?.id);
    await by(eve, updateGroup, { groupId, roleIds: [roleId] });
    expect((await by(eve, listGroups, { roleId })).items.map(({ name }) => name)).toEqual(["A"]);
  });

  test("of members goes by name, a page at a time, and finds by words", async () => {
    const members = [];
    for (let n = 0; n < 5; n++) members.push((await person(cast.here, [])).id);
    const groupId = await groupRow(cast.here, members);
    const first = await by(cast.ada, listMembers, { groupId, limit: 3 });
    const rest = await by(cast.ada, listMembers, { groupId, cursor: first.nextCursor });
    const all = [...first.items, ...rest.items];
    expect(all.map(({ id }) => id).sort()).toEqual(members.sort());
    expect(all.map(({ fullName }) => fullName)).toEqual(all.map(({ fullName }) => fullName).toSorted());
    const [one] = all;
    const found = await by(cast.ada, listMembers, { groupId, search: one?.username.toUpperCase() });
    expect(found.items).toEqual([one]);
  });
});

describe("membership", () => {
  test("gives what the group holds, and takes it, with its way told", async () => {
    const eve = await person(cast.here, []);
    const roleId = await roleRow(cast.here, allow("admin:own:list:group"), "Lister");
    const groupId = await groupRow(cast.here, [], [roleId]);
    await expect(by(eve, listGroups, {})).rejects.toMatchObject(code("forbidden"));
    const answer = await by(cast.ada, changeMembers, { groupId, add: [eve.id, eve.id] });
    expect(answer).toEqual({ added: [eve.id], removed: [], outgrown: noneOutgrown });
    await by(eve, listGroups, {});
    const { items } = await by(cast.ada, listRolesOf, { userId: eve.id });
    expect(items).toMatchObject([{ name: "Lister", direct: false, grantedAt: null, groups: [{ id: groupId }] }]);
    await by(cast.ada, changeMembers, { groupId, add: [eve.id], remove: [cast.ben.id] });
    expect(await by(cast.ada, changeMembers, { groupId, remove: [eve.id] })).toEqual({
      added: [],
      removed: [eve.id],
      outgrown: noneOutgrown,
    });
    await expect(by(eve, listGroups, {})).rejects.toMatchObject(code("forbidden"));
  });

  test("of a group with roles takes the permissions to grant and to revoke", async () => {
    const eve = await holder(cast.here, allow("admin:own:*:group", people));
    const groupId = await groupRow(cast.here, [cast.ben.id], [await roleRow(cast.here, allow(people))]);
    const joining = by(eve, changeMembers, { groupId, add: [cast.cleo.id] });
    await expect(joining).rejects.toMatchObject({ code: "forbidden", details: { required: "admin:own:grant:role" } });
    const leaving = by(eve, changeMembers, { groupId, remove: [cast.ben.id] });
    await expect(leaving).rejects.toMatchObject({ code: "forbidden", details: { required: "admin:own:revoke:role" } });
    await expect(by(eve, deleteGroup, { groupId })).rejects.toMatchObject(code("forbidden"));
    await by(eve, changeMembers, { groupId: await groupRow(cast.here), add: [cast.cleo.id] });
  });

  test("of a group with roles takes a token with the scope for both", async () => {
    const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, allow("admin:own:list:role"))]);
    const input = { groupId, add: [cast.cleo.id] };
    const caller = async (...scopes: string[]) => callerWith(bearer((await tokenOf(cast.ada, scopes)).secret));
    await expect(execute(changeMembers, await caller("groups"), input)).rejects.toMatchObject(
      code("insufficient_scope"),
    );
    await execute(changeMembers, await caller("groups", "roles"), input);
    await by(cast.ada, changeMembers, { groupId, remove: [cast.cleo.id] });
  });
});

describe("who is told", () => {
  const toldOf = async (who: Person) => {
    await mailbox.work();
    const told = await sql("select event, paragraphs[1] as words from notifications where user_id = $1", who.id);
    return told.map(({ event, words }) => `${event}: ${words}`).sort();
  };

  test("is everybody whose groups, or what those hold, change, and nobody twice", async () => {
    const [eve, fay] = [await person(cast.here, []), await person(cast.here, [])];
    const [one, two] = [await roleRow(cast.here, undefined, "One"), await roleRow(cast.here, undefined, "Two")];
    const groupId = await groupRow(cast.here, [], [one]);
    await sql("update groups set name = 'Crew' where id = $1", groupId);
    for (const add of [[eve.id, fay.id], [eve.id]]) await by(cast.ada, changeMembers, { groupId, add });
    await by(cast.ada, changeMembers, { groupId, remove: [fay.id] });
    await by(cast.ada, updateGroup, { groupId, description: "Nothing to tell", roleIds: [one] });
    await by(cast.ada, updateGroup, { groupId, roleIds: [two] });
    await by(cast.ada, deleteGroup, { groupId });
    const joined = "rights_changed: an administrator took you into the group Crew. You hold through it: One.";
    expect(await toldOf(eve)).toEqual([
      "rights_changed: an administrator changed what you hold through the group Crew: Two. Until now it was One.",
      "rights_changed: an administrator deleted the group Crew, which you were in. You held through it: Two.",
      joined,
    ]);
    expect(await toldOf(fay)).toEqual([
      joined,
      "rights_changed: an administrator took you out of the group Crew. You no longer hold through it: One.",
    ]);
  });

  test("is everybody whose roles, or what those allow, change, and nobody twice", async () => {
    const eve = await person(cast.here, ["Member"]);
    const roleId = await roleRow(cast.here, undefined, "Caller");
    await groupRow(cast.here, [eve.id], [roleId]);
    for (const _ of [1, 2]) await by(cast.ada, grantRole, { userId: eve.id, roleId });
    await by(cast.ada, updateRole, { roleId, permissions: allow("admin:own:list:group") });
    await by(cast.ada, revokeRole, { userId: eve.id, roleId });
    await by(cast.ada, deleteRole, { roleId });
    await by(cast.ada, grantRole, { userId: eve.id, roleId: await globalRole("Administrator") });
    expect(await toldOf(eve)).toEqual([
      "rights_changed: an administrator changed what your role Caller allows.",
      "rights_changed: an administrator deleted your role Caller.",
      "rights_changed: an administrator granted you the role Administrator. It takes the place of Member.",
      "rights_changed: an administrator granted you the role Caller.",
      "rights_changed: an administrator revoked your role Caller.",
    ]);
  });
});

describe("nobody gives through a group what they do not hold", () => {
  const beyond = code("privilege_escalation");
  let eve: Person;
  let audit: string;

  beforeAll(async () => {
    eve = await steward();
    audit = await roleRow(cast.here, allow("admin:own:get:audit"));
  });

  test("by its roles", async () => {
    await expect(by(eve, createGroup, { name: "Auditors", roleIds: [audit] })).rejects.toMatchObject(beyond);
    const groupId = await groupRow(cast.here);
    await expect(by(eve, updateGroup, { groupId, roleIds: [audit] })).rejects.toMatchObject(beyond);
    await by(eve, updateGroup, { groupId, roleIds: [await roleRow(cast.here, allow(people))] });
  });

  test("by its members", async () => {
    const groupId = await groupRow(cast.here, [], [audit]);
    await expect(by(eve, changeMembers, { groupId, add: [cast.cleo.id] })).rejects.toMatchObject(beyond);
  });

  test("by lifting what it denies", async () => {
    const denying = await roleRow(cast.here, deny("admin:own:get:audit"));
    const groupId = await groupRow(cast.here, [cast.cleo.id], [denying]);
    await expect(by(eve, changeMembers, { groupId, remove: [cast.cleo.id] })).rejects.toMatchObject(beyond);
    await expect(by(eve, updateGroup, { groupId, roleIds: [] })).rejects.toMatchObject(beyond);
    await expect(by(eve, deleteGroup, { groupId })).rejects.toMatchObject(beyond);
    await by(eve, changeMembers, { groupId, add: [cast.ben.id] });
    await by(cast.ada, deleteGroup, { groupId });
  });

  test("and roles that stay as they are ask for nothing", async () => {
    const groupId = await groupRow(cast.here, [], [audit]);
    await by(eve, updateGroup, { groupId, name: "Auditors of old", roleIds: [audit] });
  });
});

describe("nobody changes their own rights through a group", () => {
  test("by going in or out, by its roles, or by its end", async () => {
    const own = code("self_modification");
    const groupId = await groupRow(cast.here, [cast.ada.id], [await globalRole("Member")]);
    await expect(by(cast.ada, changeMembers, { groupId, remove: [cast.ada.id] })).rejects.toMatchObject(own);
    const add = [cast.ada.id];
    const joining = by(cast.ada, changeMembers, { groupId: await groupRow(cast.here), add });
    await expect(joining).rejects.toMatchObject(own);
    await expect(by(cast.ada, updateGroup, { groupId, roleIds: [] })).rejects.toMatchObject(own);
    await expect(by(cast.ada, deleteGroup, { groupId })).rejects.toMatchObject(own);
    await by(cast.ada, updateGroup, { groupId, name: "Renamed" });
    await by(cast.ada, deleteGroup, { groupId: await groupRow(cast.here, add) });
  });
});

describe("the last administrator stays", () => {
  const last = code("last_administrator");
  let accountId: string;
  let eve: Person;
  let groupId: string;

  beforeAll(async () => {
    accountId = await account("One administrator");
    await manage(cast.here, accountId);
    eve = await person(accountId, []);
    groupId = await groupRow(accountId, [eve.id], [await globalRole("Administrator")]);
  });

  test("in the group", async () => {
    const leaving = by(cast.ada, changeMembers, { accountId, groupId, remove: [eve.id] });
    await expect(leaving).rejects.toMatchObject(last);
  });

  test("with the group's role", async () => {
    await expect(by(cast.ada, updateGroup, { accountId, groupId, roleIds: [] })).rejects.toMatchObject(last);
  });

  test("with the group", async () => {
    await expect(by(cast.ada, deleteGroup, { accountId, groupId })).rejects.toMatchObject(last);
  });

  test("undenied by another group", async () => {
    const denying = await groupRow(accountId, [], [await roleRow(accountId, deny("admin:own:get:audit"))]);
    const joining = by(cast.ada, changeMembers, { accountId, groupId: denying, add: [eve.id] });
    await expect(joining).rejects.toMatchObject(last);
  });
});
