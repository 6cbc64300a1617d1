import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { account, type Cast, grant, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, callerWith, sessionOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { allow, give, globalRole, groupRow, roleRow } from "#tests/rights.ts";
import { deleteRole } from "./delete.ts";
import { grantRole } from "./grant.ts";
import { revokeRole } from "./revoke.ts";
import { updateRole } from "./update.ts";

let cast: Cast;
let administrator: string;
let ada: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  administrator = await globalRole("Administrator");
  ada = await sessionOf(cast.ada);
});

/** What came of it: `done`, or the code it was refused with. */
async function attempt(session: string, operation: Operation, input: object): Promise<string> {
  const done = await execute(operation, callerWith(bearer(session)), input).catch((error: unknown) => error);
  return done instanceof Refusal ? done.code : "done";
}

test(`of two administrators who revoke each other at once one stays: ${rounds(500)} rounds`, async () => {
  const there = await account("Duel");
  const two = [await person(there, []), await person(there, [])] as [Person, Person];
  const sessions = [await sessionOf(two[0]), await sessionOf(two[1])] as const;
  for (let round = 0; round < rounds(500); round++) {
    await sql("delete from user_roles where account_id = $1", there);
    for (const { id } of two) await grant(id, "Administrator");
    const answers = await Promise.all([
      attempt(sessions[0], revokeRole, { userId: two[1].id, roleId: administrator }),
      attempt(sessions[1], revokeRole, { userId: two[0].id, roleId: administrator }),
    ]);
    const [left] = await sql<{ n: number }>("select count(*)::int as n from user_roles where account_id = $1", there);
    expect([answers.filter((answer) => answer === "done").length, left?.n]).toEqual([1, 1]);
    expect(answers.sort()[1]).toMatch(/^(forbidden|last_administrator)$/);
  }
});

/** Who administers, told by other means than the product does. */
const administrators = (accountId: string) =>
  sql<{ id: string }>(
    `select u.id from users u where u.account_id = $1 and u.active and exists (
       select from roles r where r.permissions ->> '*:*:*:*' = 'allowed' and r.id in (
         select role_id from user_roles where user_id = u.id union select g.role_id from group_members m
           join group_roles g on g.group_id = m.group_id where m.user_id = u.id))`,
    accountId,
  );

test(`whichever ways the last administrators would go at once, one stays: ${rounds(500)} rounds`, async () => {
  const accountId = await account("Siege");
  await manage(cast.here, accountId);
  const [direct, member] = [await person(accountId, []), await person(accountId, [])];
  const seen = new Set<string>();
  for (let round = 0; round < rounds(500); round++) {
    for (const table of ["user_roles", "groups", "roles"])
      await sql(`delete from ${table} where account_id = $1`, accountId);
    await give(direct.id, administrator);
    const roleId = await roleRow(accountId, allow("*:*:*:*"));
    const groupId = await groupRow(accountId, [member.id], [roleId]);
    const ways: [Operation, object][] = [
      [revokeRole, { userId: direct.id, roleId: administrator }],
      [changeMembers, { groupId, remove: [member.id] }],
      [updateGroup, { groupId, roleIds: [] }],
      [deleteGroup, { groupId }],
      [updateRole, { roleId, permissions: allow("admin:own:get:user") }],
      [deleteRole, { roleId }],
    ];
    const [first, ...others] = ways.toSorted(() => Math.random() - 0.5);
    const chosen = [...others.slice(0, 2), ways[0] ?? first].filter((way) => way !== undefined);
    const answers = await Promise.all(
      chosen.map(([operation, input]) => attempt(ada, operation, { accountId, ...input })),
    );
    for (const answer of answers) seen.add(answer);
    expect((await administrators(accountId)).length).toBeGreaterThan(0);
  }
  expect([...seen].filter((code) => !["done", "last_administrator", "not_found"].includes(code))).toEqual([]);
  expect(seen).toContain("last_administrator");
});

describe("a role that is deleted while it is given", () => {
  test(`is given or was not there, and nobody holds it afterwards: ${rounds(500)} rounds`, async () => {
    const eve = await person(cast.here, []);
    const groupId = await groupRow(cast.here, [cast.cleo.id]);
    const seen = new Set<string>();
    for (let round = 0; round < rounds(500); round++) {
      const roleId = await roleRow(cast.here, allow("admin:own:get:user"));
      const answers = await Promise.all([
        attempt(ada, grantRole, { userId: eve.id, roleId }),
        attempt(ada, updateGroup, { groupId, roleIds: [roleId] }),
        attempt(ada, deleteRole, { roleId }),
      ]);
      expect(answers[2]).toBe("done");
      for (const answer of answers) seen.add(answer);
      const held = await sql(
        "select from user_roles where role_id = $1 union all select from group_roles where role_id = $1",
        roleId,
      );
      expect(held).toEqual([]);
    }
    expect([...seen].sort()).toEqual(["done", "not_found"]);
  });
});
