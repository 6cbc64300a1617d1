import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { createGroup } from "#lib/people/groups/create.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { allow, by, deny, give, globalRole, groupRow, holder, roleRow } from "#tests/rights.ts";
import { noneOutgrown } from "../issued/outgrown.ts";
import { createRole } from "./create.ts";
import { deleteRole } from "./delete.ts";
import { getRole } from "./get.ts";
import { grantRole } from "./grant.ts";
import { listRoles } from "./list.ts";
import { listRolesOf } from "./list-of-user.ts";
import { revokeRole } from "./revoke.ts";
import { updateRole } from "./update.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
});

const code = (code: string) => ({ code });

const people = "admin:own:*:user";
/** Looks after roles, and holds what stands beside it. */
const steward = (held: Record<string, string> = { [people]: "allowed" }) =>
  holder(cast.here, { "admin:own:*:role": "allowed", ...held });

const rolesOf = async ({ id }: Person) =>
  (
    await sql<{ name: string }>(
      "select r.name from user_roles u join roles r on r.id = u.role_id where u.user_id = $1 order by 1",
      id,
    )
  ).map(({ name }) => name);

describe("a role", () => {
  test("is made, read, changed and deleted, and what it was stands on record", async () => {
    const made = await by(cast.ada, createRole, { name: "Desk", permissions: allow(people) });
    expect(made).toMatchObject({
      name: "Desk",
      accountId: cast.here,
      version: 1,
      global: false,
      heldByYou: false,
    });
    const { id: roleId } = made;
    const changed = await by(cast.ada, updateRole, { roleId, name: "Help desk", permissions: deny(people) });
    expect(changed).toMatchObject({
      name: "Help desk",
      version: 2,
      modifiedBy: cast.ada.id,
      permissions: deny(people),
    });
    expect(await by(cast.ada, getRole, { roleId })).toMatchObject({ name: "Help desk" });
    const answer = await by(cast.ada, deleteRole, { roleId });
    expect(answer).toEqual({
      before: { name: "Help desk", description: "", permissions: deny(people) },
      outgrown: noneOutgrown,
    });
    await expect(by(cast.ada, getRole, { roleId })).rejects.toMatchObject(code("not_found"));
    const entries = await sql<{ action: string; details: object }>(
      "select action, details from audit_entries where target = $1 order by id",
      roleId,
    );
    expect(entries.map(({ action }) => action)).toEqual(["roles.create", "roles.update", "roles.delete"]);
    expect(entries[1]?.details).toEqual({
      before: { name: "Desk", description: "", permissions: allow(people) },
      after: { name: "Help desk", description: "", permissions: deny(people) },
    });
  });

  test.each(["*", "admin:own:*", "admin:own:list:User", "admin:1234:get:user", "admin:own:li*:user", "", "a:b:c:d:e"])(
    "is not written with the pattern %j",
    async (pattern) => {
      const input = { name: "Odd", permissions: { [pattern]: "allowed" } };
      const errors = [
        { pointer: `/permissions/${pattern}`, message: expect.stringContaining(`“${pattern}” is no pattern`) },
      ];
      await expect(by(cast.ada, createRole, input)).rejects.toMatchObject({
        ...code("invalid_fields"),
        details: { errors },
      });
    },
  );

  test("is not written with another effect than allowed or denied", async () => {
    const input = { name: "Odd", permissions: { [people]: "maybe" } };
    await expect(by(cast.ada, createRole, input)).rejects.toMatchObject(code("invalid_fields"));
  });

  test.each(["desk two", "administrator", "Read only"])(
    "is not named %s when that is taken, in whatever case",
    async (name) => {
      if (name === "desk two") await roleRow(cast.here, {}, "Desk Two");
      await expect(by(cast.ada, createRole, { name, permissions: {} })).rejects.toMatchObject(code("conflict"));
      const roleId = await roleRow(cast.here);
      await expect(by(cast.ada, updateRole, { roleId, name })).rejects.toMatchObject(code("conflict"));
    },
  );

  test("may bear the name that one of another account has", async () => {
    await roleRow(cast.there, {}, "Elsewhere");
    await by(cast.ada, createRole, { name: "Elsewhere", permissions: {} });
  });

  test("is not overwritten by who read an older version", async () => {
    const roleId = await roleRow(cast.here);
    await by(cast.ada, updateRole, { roleId, description: "one", version: 1 });
    const late = by(cast.ada, updateRole, { roleId, description: "two", version: 1 });
    await expect(late).rejects.toMatchObject(code("version_conflict"));
  });

  test.each([updateRole, deleteRole])("that is global stays as it is: $name", async (operation) => {
    const roleId = await globalRole("Member");
    await expect(by(cast.ada, operation as Operation, { roleId })).rejects.toMatchObject(code("global_role"));
  });

  test("that is deleted is lost by all who hold it, directly", async () => {
    const roleId = await roleRow(cast.here);
    const eve = await person(cast.here, ["Member"]);
    await give(eve.id, roleId);
    await by(cast.ada, deleteRole, { roleId });
    expect(await rolesOf(eve)).toEqual(["Member"]);
  });

  test("of another account is not there, for whatever one does", async () => {
    const roleId = await roleRow(cast.there);
    for (const operation of [getRole, updateRole, deleteRole] as Operation[])
      await expect(by(cast.ada, operation, { roleId })).rejects.toMatchObject(code("not_found"));
    const grant = by(cast.ada, grantRole, { userId: cast.ben.id, roleId });
    await expect(grant).rejects.toMatchObject(code("not_found"));
  });
});

describe("the list of roles", () => {
  test("has the account's own and the global ones, by name, a page at a time", async () => {
    const { items } = await by(cast.dan, listRoles, { kind: "global" });
    expect(items.map(({ name }) => name)).toEqual(["Administrator", "Member", "Power User", "Read Only"]);
    const first = await by(cast.ada, listRoles, { limit: 3 });
    const rest = await by(cast.ada, listRoles, { limit: 100, cursor: first.nextCursor });
    const names = [...first.items, ...rest.items].map(({ name }) => name.toLowerCase());
    expect(names).toEqual(names.toSorted());
    const [all] = await sql<{ count: number }>(
      "select count(*)::int from roles where account_id = $1 or account_id is null",
      cast.here,
    );
    expect(names).toHaveLength(all?.count ?? 0);
  });

  test("finds part of the name and of the description, and takes % and _ as they are", async () => {
    const own = await roleRow(cast.there, {}, "100% sure");
    await sql("update roles set description = 'Night_watch' where id = $1", own);
    const found = async (search: string) => (await by(cast.dan, listRoles, { search })).items.map(({ id }) => id);
    expect(await found("0% S")).toEqual([own]);
    expect(await found("t_w")).toEqual([own]);
    expect(await found("1_0")).toEqual([]);
  });
});

describe("nobody writes into a role what they do not hold", () => {
  const refused = code("privilege_escalation");
  const cases: [
    what: string,
    held: Record<string, string>,
    wanted: Record<string, string>,
    verdict: "fine" | "refused",
  ][] = [
    ["what they hold", allow(people), allow("admin:own:get:user"), "fine"],
    ["the whole pattern they hold", allow(people), allow(people), "fine"],
    ["more than they hold", allow("admin:own:get:user"), allow(people), "refused"],
    ["what they do not hold at all", allow(people), allow("admin:own:get:audit"), "refused"],
    ["the same in managed accounts", allow(people), allow("admin:managed:*:user"), "refused"],
    ["the same wherever", allow(people), allow("admin:*:*:user"), "refused"],
    [
      "the same in one account that is managed",
      allow("admin:managed:*:user"),
      allow("admin:10000002:get:user"),
      "fine",
    ],
    ["managed ones when they hold one", allow("admin:10000002:*:user"), allow("admin:managed:*:user"), "refused"],
    ["what they are denied", { ...allow(people), ...deny("admin:own:delete:user") }, allow(people), "refused"],
    [
      "what they are denied in part",
      { ...allow(people), ...deny("*:own:delete:*") },
      allow("admin:own:delete:user"),
      "refused",
    ],
    [
      "beside what they are denied",
      { ...allow(people), ...deny("admin:own:delete:user") },
      allow("admin:own:get:user"),
      "fine",
    ],
    [
      "what they are denied, when it is denied here too",
      { ...allow(people), ...deny("admin:own:delete:user") },
      { ...allow(people), ...deny("admin:own:delete:*") },
      "fine",
    ],
    ["a denial, whatever it denies", {}, deny("*:*:*:*"), "fine"],
    ["everything", allow("*:own:*:*"), allow("*:*:*:*"), "refused"],
  ];

  test.each(cases)("%s", async (_, held, permissions, verdict) => {
    const eve = await steward(held);
    const making = by(eve, createRole, { name: crypto.randomUUID(), permissions });
    await (verdict === "fine" ? making : expect(making).rejects.toMatchObject(refused));
    const changing = by(eve, updateRole, { roleId: await roleRow(cast.here, {}), permissions });
    await (verdict === "fine" ? changing : expect(changing).rejects.toMatchObject(refused));
    const granting = by(eve, grantRole, { userId: cast.cleo.id, roleId: await roleRow(cast.here, permissions) });
    await (verdict === "fine" ? granting : expect(granting).rejects.toMatchObject(refused));
    await sql("delete from user_roles where user_id = $1", cast.cleo.id);
  });

  test("the account's own id is another word for own", async () => {
    const eve = await steward(allow(`admin:${cast.here}:*:user`));
    await by(eve, createRole, { name: "By id", permissions: allow(people, `admin:${cast.here}:get:user`) });
  });

  test("lifting a denial gives what it denied", async () => {
    const eve = await steward();
    const roleId = await roleRow(cast.here, { ...deny("admin:own:get:audit"), ...allow(people) });
    await expect(by(eve, updateRole, { roleId, permissions: allow(people) })).rejects.toMatchObject(refused);
    await expect(by(eve, deleteRole, { roleId })).rejects.toMatchObject(refused);
    await give(cast.cleo.id, roleId);
    await expect(by(eve, revokeRole, { userId: cast.cleo.id, roleId })).rejects.toMatchObject(refused);
    await sql("delete from user_roles where user_id = $1", cast.cleo.id);
    await by(eve, updateRole, { roleId, permissions: deny("admin:own:*:audit") });
  });

  test("what stands there already may stay, and be narrowed", async () => {
    const eve = await steward();
    const roleId = await roleRow(cast.here, allow("admin:own:*:audit"));
    await by(eve, updateRole, { roleId, permissions: allow("admin:own:*:audit", people) });
    await by(eve, updateRole, { roleId, permissions: allow("admin:own:get:audit") });
    await expect(by(eve, updateRole, { roleId, permissions: allow("admin:own:*:audit") })).rejects.toMatchObject(
      refused,
    );
  });

  test("a token gives only what its scopes carry", async () => {
    const caller = callerWith(bearer((await tokenOf(cast.ada, ["roles"])).secret));
    const make = (permissions: object) => execute(createRole, caller, { name: crypto.randomUUID(), permissions });
    await make(allow("admin:own:grant:role"));
    await expect(make(allow(people))).rejects.toMatchObject(refused);
    const userId = cast.cleo.id;
    const granting = execute(grantRole, caller, { userId, roleId: await globalRole("Read Only") });
    await expect(granting).rejects.toMatchObject(refused);
  });
});

describe("a grant", () => {
  const grant = async (who: Person, to: Person, roleId: string) => by(who, grantRole, { userId: to.id, roleId });
  const revoke = async (who: Person, from: Person, roleId: string) => by(who, revokeRole, { userId: from.id, roleId });

  test("RG1: is fine twice", async () => {
    const eve = await person(cast.here, []);
    const roleId = await globalRole("Member");
    await grant(cast.ada, eve, roleId);
    await grant(cast.ada, eve, roleId);
    expect(await rolesOf(eve)).toEqual(["Member"]);
  });

  test("RG2: of a role that is not there is told from a user who is not there", async () => {
    const unknown = crypto.randomUUID();
    await expect(grant(cast.ada, cast.ben, unknown)).rejects.toMatchObject({
      code: "not_found",
      details: { errors: [{ pointer: "/roleId", code: "invalid_role_id" }] },
    });
    const nobody = { ...cast.ben, id: unknown };
    const refusal = await grant(cast.ada, nobody, await globalRole("Member")).catch((error) => error);
    expect(refusal).toMatchObject({ code: "not_found", details: {} });
  });

  test("RG3: of Administrator takes the place of all other roles", async () => {
    const eve = await person(cast.here, ["Member", "Read Only"]);
    const answer = await grant(cast.ada, eve, await globalRole("Administrator"));
    expect(answer.revoked.map(({ name }) => name).sort()).toEqual(["Member", "Read Only"]);
    expect(await rolesOf(eve)).toEqual(["Administrator"]);
  });

  test("RG4: of another role to an administrator is refused", async () => {
    const eve = await person(cast.here, ["Administrator"]);
    const granting = grant(cast.ada, eve, await globalRole("Member"));
    await expect(granting).rejects.toMatchObject(code("admin_account_immutable"));
    await grant(cast.ada, eve, await globalRole("Administrator"));
  });

  test("RG5, RG7: to oneself, or from oneself, is refused", async () => {
    await expect(grant(cast.ada, cast.ada, await globalRole("Member"))).rejects.toMatchObject(
      code("self_modification"),
    );
    await person(cast.here, ["Administrator"]);
    await expect(revoke(cast.ada, cast.ada, await globalRole("Administrator"))).rejects.toMatchObject(
      code("self_modification"),
    );
  });

  test("RG6, RG8: the last administrator who can sign in stays", async () => {
    const only = await person(await managedAccount(), ["Administrator"]);
    const locked = await person(only.accountId, ["Administrator"]);
    await sql("update users set locked_until = 'infinity' where id = $1", locked.id);
    const revoking = by(cast.ada, revokeRole, {
      accountId: only.accountId,
      userId: only.id,
      roleId: await globalRole("Administrator"),
    });
    await expect(revoking).rejects.toMatchObject(code("last_administrator"));
    expect(await rolesOf(only)).toEqual(["Administrator"]);
  });

  test("of a role that denies something is refused where it would end the last administration", async () => {
    const eve = await person(await managedAccount(), []);
    await give(eve.id, await roleRow(eve.accountId, allow("*:*:*:*")));
    const roleId = await roleRow(eve.accountId, deny("admin:own:get:audit"));
    const granting = by(cast.ada, grantRole, { accountId: eve.accountId, userId: eve.id, roleId });
    await expect(granting).rejects.toMatchObject(code("last_administrator"));
  });

  test("that was not made cannot be revoked", async () => {
    await expect(revoke(cast.ada, cast.cleo, await globalRole("Member"))).rejects.toMatchObject(code("not_found"));
  });

  test("to somebody of another account finds nobody", async () => {
    await expect(grant(cast.ada, cast.dan, await globalRole("Member"))).rejects.toMatchObject(code("not_found"));
  });

  test("shows in the user's roles, with its way", async () => {
    const eve = await person(cast.here, ["Member"]);
    const { items } = await by(cast.ada, listRolesOf, { userId: eve.id });
    expect(items).toMatchObject([{ name: "Member", global: true, direct: true, groups: [] }]);
  });
});

async function managedAccount() {
  const id = await account("Managed");
  await manage(cast.here, id);
  return id;
}

describe("nobody changes their own rights", () => {
  test("by a role that they hold: they may rename it, but not change or delete it", async () => {
    const eve = await steward();
    const [{ role_id: roleId } = { role_id: "" }] = await sql<{ role_id: string }>(
      "select role_id from user_roles where user_id = $1",
      eve.id,
    );
    await by(eve, updateRole, {
      roleId,
      name: "Stewards",
      permissions: { "admin:own:*:role": "allowed", [people]: "allowed" },
    });
    const widening = by(eve, updateRole, { roleId, permissions: allow("admin:own:*:role") });
    await expect(widening).rejects.toMatchObject(code("self_modification"));
    await expect(by(eve, deleteRole, { roleId })).rejects.toMatchObject(code("self_modification"));
  });
});

describe("in a managed account", () => {
  test("its administrators' managing ones grant what was agreed on, and no more", async () => {
    const accountId = await managedAccount();
    const eve = await person(accountId, []);
    const grantThere = (roleId: string) => by(cast.ada, grantRole, { accountId, userId: eve.id, roleId });
    await grantThere(await globalRole("Administrator"));
    await sql("delete from user_roles where user_id = $1", eve.id);
    await sql(
      "update account_relations set rights = '{admin:managed:*:role,admin:managed:*:user}' where managed_id = $1",
      accountId,
    );
    await expect(grantThere(await globalRole("Administrator"))).rejects.toMatchObject(code("privilege_escalation"));
    await grantThere(await roleRow(accountId, allow(people)));
    await expect(grantThere(await roleRow(accountId, allow("admin:own:get:audit")))).rejects.toMatchObject(
      code("privilege_escalation"),
    );
  });

  test("nobody gives what reaches into accounts that it manages itself", async () => {
    const accountId = await managedAccount();
    await manage(accountId, cast.there);
    const making = (permissions: object) =>
      by(cast.ada, createRole, { accountId, name: crypto.randomUUID(), permissions });
    await expect(making(allow("admin:managed:get:user"))).rejects.toMatchObject(code("privilege_escalation"));
    await expect(making(allow("*:*:*:*"))).rejects.toMatchObject(code("privilege_escalation"));
    await making(allow("admin:own:get:user", `admin:${accountId}:get:audit`));
    await sql("delete from account_relations where managing_id = $1", accountId);
    await making(allow("admin:managed:get:user"));
  });

  test("a denial about further accounts excuses nothing in that one", async () => {
    const accountId = await managedAccount();
    const eve = await holder(cast.here, { "*:managed:*:*": "allowed", "*:managed:delete:user": "denied" });
    const making = (denied: object) =>
      by(eve, createRole, {
        accountId,
        name: crypto.randomUUID(),
        permissions: { ...allow("admin:*:delete:user"), ...denied },
      });
    await expect(making(deny("admin:managed:delete:user"))).rejects.toMatchObject(code("privilege_escalation"));
    await making(deny("admin:own:delete:user"));
  });
});

describe("a denial takes from nobody what its giver does not hold", () => {
  const strong = async () => person(await account("Own"), ["Administrator"]);
  const weak = ({ accountId }: Person) =>
    holder(accountId, allow("admin:own:*:role", "admin:own:update:group", "admin:own:create:group"));
  const refused = { code: "privilege_escalation" };

  test("by a role of their own", async () => {
    const boss = await person(await account("Own"), []);
    await give(boss.id, await roleRow(boss.accountId, allow("*:*:*:*")));
    const [hand, roleId] = [await weak(boss), await roleRow(boss.accountId, deny("*:*:*:*"))];
    await person(boss.accountId, ["Administrator"]);
    await expect(by(hand, grantRole, { userId: boss.id, roleId })).rejects.toMatchObject(refused);
    const equal = await weak(boss);
    expect(await by(hand, grantRole, { userId: equal.id, roleId })).toMatchObject({ granted: { id: roleId } });
  });

  test("by a group they are taken into, or its roles", async () => {
    const boss = await strong();
    await person(boss.accountId, ["Administrator"]);
    const [hand, roleId] = [await weak(boss), await roleRow(boss.accountId, deny("*:*:*:*"))];
    const trap = await groupRow(boss.accountId, [], [roleId]);
    await expect(by(hand, changeMembers, { groupId: trap, add: [boss.id] })).rejects.toMatchObject(refused);
    const theirs = await groupRow(boss.accountId, [boss.id]);
    await expect(by(hand, updateGroup, { groupId: theirs, roleIds: [roleId] })).rejects.toMatchObject(refused);
    expect(await by(hand, changeMembers, { groupId: trap, add: [(await weak(boss)).id] })).toMatchObject({
      added: [expect.any(String)],
    });
  });

  test("by a role they hold that is changed", async () => {
    const boss = await person(await account("Own"), []);
    await give(boss.id, await roleRow(boss.accountId, allow("*:*:*:*")));
    const roleId = await roleRow(boss.accountId, allow("admin:own:list:role"));
    await give(boss.id, roleId);
    await person(boss.accountId, ["Administrator"]);
    const permissions = deny("*:*:*:*");
    await expect(by(await weak(boss), updateRole, { roleId, permissions })).rejects.toMatchObject(refused);
    await sql("delete from user_roles where role_id = $1 and user_id = $2", roleId, boss.id);
    expect(await by(await weak(boss), updateRole, { roleId, permissions })).toMatchObject({ permissions });
  });
});

describe("there is no room for more than", () => {
  test("a thousand roles in an account, and as many groups", async () => {
    const full = await account("Full");
    const admin = await person(full, ["Administrator"]);
    const fill = (table: string, rest: string) =>
      sql(
        `insert into ${table} (account_id, name${rest}) select $1, 'n' || i${rest && ", '{}'"} from generate_series(1, 1000) i`,
        full,
      );
    await fill("roles", ", permissions");
    await fill("groups", "");
    await expect(by(admin, createRole, { name: "One more", permissions: {} })).rejects.toMatchObject(
      code("limit_reached"),
    );
    await expect(by(admin, createGroup, { name: "One more" })).rejects.toMatchObject(code("limit_reached"));
  });

  test("fifty roles of a person", async () => {
    const who = await person(cast.here, []);
    const roleIds = await Promise.all(Array.from({ length: 51 }, () => roleRow(cast.here, allow(people))));
    for (const roleId of roleIds.slice(1)) await give(who.id, roleId);
    const grant = (roleId = "") => by(cast.ada, grantRole, { userId: who.id, roleId });
    await expect(grant(roleIds[0])).rejects.toMatchObject(code("limit_reached"));
    expect((await grant(roleIds[1])).revoked).toEqual([]);
  });
});
