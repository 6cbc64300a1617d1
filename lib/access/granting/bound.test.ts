import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import type { Operation } from "#lib/core/operation.ts";
import { createApiUser } from "#lib/machines/api-users/create.ts";
import { updateApiUser } from "#lib/machines/api-users/update.ts";
import { importUsers } from "#lib/people/csv/import.ts";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { createGroup } from "#lib/people/groups/create.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { createUser } from "#lib/people/users/create.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { allow, give, groupRow, roleRow } from "#tests/rights.ts";
import { deleteRole } from "../roles/delete.ts";
import { updateRole } from "../roles/update.ts";
import "#lib/operations.ts";
import { grantRole } from "../roles/grant.ts";
import { revokeRole } from "../roles/revoke.ts";
import { maxHeld } from "./bound.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000000" });
});

const invented = (word: string, count: number) =>
  allow(...Array.from({ length: count }, (_, place) => `pro:own:${word}:thing-${place}`));

let words = 0;
const aRole = (count: number, word = `word-${++words}`) => roleRow(cast.here, invented(word, count));

/** Roles of 1,800 different patterns in all. */
const roomy = () => Promise.all([450, 450, 450, 450].map((count) => aRole(count)));

async function holding(roleIds: string[]): Promise<Person> {
  const who = await person(cast.here, []);
  for (const roleId of roleIds) await give(who.id, roleId);
  return who;
}

/** What came of it: `done`, or what it was refused with. */
const attempt = async (operation: Operation, input: object) =>
  execute(operation, await asPerson(cast.ada), input).then(
    () => "done",
    (refusal) => `${refusal.code}: ${refusal.message}`,
  );

const tooMuch = /^limit_reached: .* would hold 2050 different permission patterns .* 50 more than the 2000 /;

type Way = [what: string, attempt: (held: string[], more: string) => Promise<string>];

const ways: Way[] = [
  ["a role is granted", async (held, roleId) => attempt(grantRole, { userId: (await holding(held)).id, roleId })],
  [
    "a role says more",
    async (held, more) => {
      const roleId = await aRole(1);
      await holding([...held, roleId]);
      const [role] = await sql<{ permissions: object }>("select permissions from roles where id = $1", more);
      return attempt(updateRole, { roleId, permissions: role?.permissions });
    },
  ],
  [
    "a member is taken in",
    async (held, more) =>
      attempt(changeMembers, { groupId: await groupRow(cast.here, [], [more]), add: [(await holding(held)).id] }),
  ],
  [
    "a group gets a role",
    async (held, more) => {
      const groupId = await groupRow(cast.here, [(await holding(held)).id], []);
      return attempt(updateGroup, { groupId, roleIds: [more] });
    },
  ],
  ["a group is made", async (held, more) => attempt(createGroup, { name: `Group ${more}`, roleIds: [...held, more] })],
  [
    "a group without anybody gets more",
    async (held, more) =>
      attempt(updateGroup, { groupId: await groupRow(cast.here, [], held), roleIds: [...held, more] }),
  ],
  [
    "a user is made",
    (held, more) =>
      attempt(createUser, { fullName: "New One", email: `${more}@example.org`, roleIds: [...held, more] }),
  ],
  [
    "a user is made within a group",
    async (held, more) => {
      const groupIds = [await groupRow(cast.here, [], [more])];
      return attempt(createUser, { fullName: "New One", email: `${more}@example.org`, roleIds: held, groupIds });
    },
  ],
  [
    "an API user is made",
    async (held, more) => {
      const groupIds = [await groupRow(cast.here, [], held), await groupRow(cast.here, [], [more])];
      return attempt(createApiUser, program(more, groupIds));
    },
  ],
  [
    "an API user joins a group",
    async (held, more) => {
      const [one, other] = [await groupRow(cast.here, [], held), await groupRow(cast.here, [], [more])];
      const made = await execute(createApiUser, await asPerson(cast.ada), program(more, [one]));
      return attempt(updateApiUser, { apiUserId: made.output.id, groupIds: [one, other] });
    },
  ],
];

const program = (login: string, groupIds: string[]) => ({
  login,
  name: "Ware",
  surname: "House",
  email: `${login}@example.org`,
  groupIds,
});

test.each(ways)("nobody comes to hold too much when %s", async (_, attempt) => {
  expect(await attempt(await roomy(), await aRole(250))).toMatch(tooMuch);
  expect(await attempt(await roomy(), await aRole(200))).toBe("done");
});

test("an import refuses the row by which somebody would hold too much", async () => {
  const named = (count: number, name: string) => roleRow(cast.here, invented(name, count), name);
  for (const name of ["i-1", "i-2", "i-3", "i-4", "i-5"]) await named(450, name);
  const row = (name: string, roles: string) => ({ fullName: name, email: `${name}@example.org`, roles });
  const rows = [row("greedy", "i-1;i-2;i-3;i-4;i-5"), row("modest", "i-1;i-2;i-3;i-4")];
  const { output } = await execute(importUsers, await asPerson(cast.ada), { rows });
  expect(output.results.map(({ result }) => result)).toEqual(["refused", "made"]);
  expect(JSON.stringify(output.results[0])).toContain("250 more than the 2000");
});

test("the same pattern in many roles counts once, up to a number of entries", async () => {
  const alike = () => roleRow(cast.here, invented("alike", 500));
  const roles = await Promise.all(Array.from({ length: 20 }, alike));
  const { id: userId } = await holding(roles.slice(1));
  expect(await attempt(grantRole, { userId, roleId: roles[0] })).toBe("done");
  expect(maxHeld.entries).toBe(20 * 500);
  expect(await attempt(grantRole, { userId, roleId: await roleRow(cast.here, invented("alike", 30)) })).toMatch(
    /would hold 10030 permission entries .* 30 more than the 10000 /,
  );
});

describe("a role counts for every group that gives it", () => {
  const tooMany =
    /^limit_reached: .* would hold 2050 roles, each counted for every group that gives it, 50 more than the 2000 /;
  let roles: string[];
  let groups: string[];

  beforeAll(async () => {
    const made = await sql<{ id: string }>(
      `insert into roles (account_id, name, permissions) select $1, 'way ' || n, '{"pro:own:get:thing": "allowed"}'
       from generate_series(1, 100) n returning id`,
      cast.here,
    );
    roles = made.map(({ id }) => id);
    groups = await Promise.all(Array.from({ length: 20 }, () => groupRow(cast.here, [], roles)));
  });

  /** Somebody whom `count` of the groups of 100 roles each have as a member. */
  async function member(count: number): Promise<string> {
    const { id } = await person(cast.here, []);
    for (const groupId of groups.slice(0, count))
      await sql(
        "insert into group_members (group_id, account_id, user_id) values ($1, $2, $3)",
        groupId,
        cast.here,
        id,
      );
    return id;
  }

  test("when a member is taken in", async () => {
    const more = (count: number) => groupRow(cast.here, [], roles.slice(0, count));
    expect(await attempt(changeMembers, { groupId: await more(50), add: [await member(20)] })).toMatch(tooMany);
    expect(await attempt(changeMembers, { groupId: await more(100), add: [await member(19)] })).toBe("done");
  });

  test("when a group gets roles", async () => {
    const groupId = await groupRow(cast.here, [await member(19)], roles.slice(0, 50));
    expect(await attempt(updateGroup, { groupId, roleIds: roles })).toBe("done");
    const other = await groupRow(cast.here, [await member(20)], []);
    expect(await attempt(updateGroup, { groupId: other, roleIds: roles.slice(0, 50) })).toMatch(tooMany);
  });

  test("when an API user joins groups", async () => {
    const more = await groupRow(cast.here, [], roles.slice(0, 50));
    expect(await attempt(createApiUser, program("too-many-ways", [...groups, more]))).toMatch(tooMany);
    expect(await attempt(createApiUser, program("many-ways", groups))).toBe("done");
  });

  test("when a role is granted beside", async () => {
    expect(await attempt(grantRole, { userId: await member(20), roleId: roles[0] })).toMatch(/hold 2001 roles/);
  });
});

test("who holds too much already goes on, and can only come to hold less", async () => {
  const roles = await Promise.all([500, 500, 500, 500, 500].map((count) => aRole(count)));
  const { id: userId } = await holding(roles);
  const [first = "", second = "", third = ""] = roles;
  expect(await attempt(grantRole, { userId, roleId: await aRole(1) })).toMatch(/would hold 2501 different/);
  expect(await attempt(updateRole, { roleId: first, permissions: invented("less", 400) })).toBe("done");
  expect(await attempt(updateRole, { roleId: first, permissions: invented("less", 401) })).toMatch(/2401 different/);
  expect(await attempt(revokeRole, { userId, roleId: second })).toBe("done");
  expect(await attempt(deleteRole, { roleId: third })).toBe("done");
});

test("two administrators who give at once do not give too much", async () => {
  const groups = await Promise.all([150, 150].map(async (count) => groupRow(cast.here, [], [await aRole(count)])));
  const held = await roomy();
  for (let round = 0; round < rounds(500); round++) {
    const { id } = await holding(held);
    const answers = await Promise.all(groups.map((groupId) => attempt(changeMembers, { groupId, add: [id] })));
    expect(answers.map((answer) => answer.slice(0, 13)).sort()).toEqual(["done", "limit_reached"]);
  }
});

test("a role that grows while it is given does not give too much", async () => {
  const held = await roomy();
  for (let round = 0; round < rounds(500); round++) {
    const [role, extra] = [await aRole(1), await aRole(1)];
    await holding([...held, role]);
    const answers = await Promise.all([
      attempt(updateRole, { roleId: extra, permissions: invented(`extra-${round}`, 250) }),
      attempt(createUser, { fullName: "New", email: `n-${round}@example.org`, roleIds: [...held, extra] }),
    ]);
    expect(answers.map((answer) => answer.slice(0, 13)).sort()).toEqual(["done", "limit_reached"]);
  }
});
