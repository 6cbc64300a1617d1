import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { updateApiUser } from "#lib/machines/api-users/operations.ts";
import { deleteGroup, updateGroup } from "#lib/people/groups/operations.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer } from "#tests/credentials.ts";
import { allow, by, deny, groupRow, holder, roleRow } from "#tests/rights.ts";
import { type ApiUserRow, apiTokenOf, apiUserRow, secretRow } from "#tests/samples/api-users.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { deleteRole, updateRole } from "../roles/operations.ts";

let cast: Cast;
let api: TestApi;
let weak: Person;
let user: ApiUserRow;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  api = await openTestApi();
  weak = await holder(cast.here, allow("aims:own:*:api_user"));
});

beforeEach(async () => {
  user = await apiUserRow(cast.here);
  await sql("update api_user_secrets set created_by = $2 where id = $1", user.secretId, cast.ada.id);
});

const more = allow("aims:own:delete:user");

/** A secret of the API user that this person made, with a token that was got with it. */
async function secretBy(maker: Person, of = user) {
  const secretId = await secretRow(of);
  await sql("update api_user_secrets set created_by = $2 where id = $1", secretId, maker.id);
  const headers = bearer(await apiTokenOf({ ...of, secretId }));
  const isThere = async () => (await sql("select from api_user_secrets where id = $1", secretId)).length > 0;
  const opens = async () => (await api.request("/api/v1/tokens/verify", { headers })).status === 200;
  return { secretId, isAlive: async () => [await isThere(), await opens()] };
}

const toldOfEnd = async (who: Person, { login }: ApiUserRow) => {
  const ended = `A secret of the API user ${login} ended`;
  const is = "name = 'notice' and data->>'userId' = $1 and data->>'subject' = $2";
  return (await sql(`select from jobs.job where ${is}`, who.id, ended)).length;
};

const inGroup = (groupId: string) =>
  sql(
    "insert into api_user_groups (api_user_id, group_id, account_id) values ($1, $2, $3)",
    ...[user.id, groupId, cast.here],
  );
const ofGroup = (roleId: string, groupId = user.groupId) =>
  sql("insert into group_roles (group_id, account_id, role_id) values ($1, $2, $3)", groupId, cast.here, roleId);

const inFull = (scope: string) => `aims:${scope === "id" ? cast.here : scope}:delete:user`;

/** One scope in other words. */
const otherwiseSpelt = [
  ["id", "own"],
  ["own", "id"],
  ["managed", "20000009"],
  ["20000009", "managed"],
] as const;

type Growing = [how: string, prepare: () => Promise<() => Promise<unknown>>];

/** What gives an API user more: prepares it, and answers how it is done. */
const growing: Growing[] = [
  [
    "a role of its group",
    async () => {
      const roleIds = [await roleRow(cast.here, more)];
      return () => by(cast.ada, updateGroup, { groupId: user.groupId, roleIds });
    },
  ],
  [
    "a role that says more",
    async () => {
      const roleId = await roleRow(cast.here, {});
      await ofGroup(roleId);
      return () => by(cast.ada, updateRole, { roleId, permissions: more });
    },
  ],
  [
    "another group",
    async () => {
      const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, more)]);
      return () => by(cast.ada, updateApiUser, { apiUserId: user.id, groupIds: [user.groupId, groupId] });
    },
  ],
  [
    "a role deleted that denied it",
    async () => {
      const barred = await roleRow(cast.here, deny("aims:*:*:*"));
      await ofGroup(await roleRow(cast.here, more));
      await ofGroup(barred);
      return () => by(cast.ada, deleteRole, { roleId: barred });
    },
  ],
  [
    "a group deleted that denied it",
    async () => {
      const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, deny("aims:*:*:*"))]);
      await ofGroup(await roleRow(cast.here, more));
      await inGroup(groupId);
      return () => by(cast.ada, deleteGroup, { groupId });
    },
  ],
  ...otherwiseSpelt.map(
    ([allowed, denied]): Growing => [
      `a role that allows ${allowed} and denies ${denied} no longer`,
      async () => {
        const permissions = allow(inFull(allowed));
        const roleId = await roleRow(cast.here, { ...permissions, ...deny(inFull(denied)) });
        await ofGroup(roleId);
        return () => by(cast.ada, updateRole, { roleId, permissions });
      },
    ],
  ),
];

describe("a secret of an API user", () => {
  test.each(growing)("does not gain what its maker does not hold by %s", async (_, prepare) => {
    const [exceeding, fitting] = [await secretBy(weak), await secretBy(cast.ada)];
    const grow = await prepare();
    expect(await exceeding.isAlive()).toEqual([true, true]);
    await grow();
    expect([await exceeding.isAlive(), await fitting.isAlive()]).toEqual([
      [false, false],
      [true, true],
    ]);
    const noted = await sql<{ details: object }>(
      "select details from audit_entries where action = 'api_users.drop_secret' and target = $1 and details ->> 'droppedSecret' = $2",
      ...[user.id, exceeding.secretId],
    );
    expect(noted).toHaveLength(1);
    for (const who of [weak, cast.ada]) expect(await toldOfEnd(who, user)).toBe(1);
  });

  test("of somebody who left ends by no change that gives its API user nothing", async () => {
    const gone = await person(cast.here, []);
    const other = await apiUserRow(cast.here);
    const [held, alike, others] = [
      await roleRow(cast.here, { ...more, ...deny("aims:own:update:user") }),
      await roleRow(cast.here, { ...more, ...deny("aims:own:*:user") }),
      await roleRow(cast.here, more),
    ];
    await ofGroup(held);
    const kept = await secretBy(gone);
    await sql("delete from users where id = $1", gone.id);
    const elsewhere = await groupRow(cast.here, [], [others]);
    await by(cast.ada, updateApiUser, { apiUserId: other.id, groupIds: [elsewhere] });
    await by(cast.ada, updateGroup, { groupId: user.groupId, roleIds: [alike] });
    await by(cast.ada, updateRole, { roleId: alike, permissions: deny("aims:own:*:user") });
    await by(cast.ada, deleteRole, { roleId: others });
    expect(await kept.isAlive()).toEqual([true, true]);
    await by(cast.ada, updateRole, { roleId: alike, permissions: more });
    expect(await kept.isAlive()).toEqual([false, false]);
  });
});
