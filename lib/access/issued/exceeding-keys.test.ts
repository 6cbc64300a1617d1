import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAccessKey } from "#lib/machines/access-keys/operations.ts";
import { changeMembers } from "#lib/people/groups/members.ts";
import { updateGroup } from "#lib/people/groups/operations.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "#tests/rights.ts";
import { grantRole, revokeRole } from "../roles/grants.ts";
import { deleteRole, updateRole } from "../roles/operations.ts";

let cast: Cast;
let mailbox: Mailbox;
let weak: Person;
let owner: Person;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
});

const more = allow("aims:own:delete:user");

beforeEach(async () => {
  weak = await holder(cast.here, allow("aims:own:create:access_key"));
  owner = await person(cast.here, []);
});

const keyBy = async (maker: Person) => (await by(maker, createAccessKey, { userId: owner.id })).id;
const keysLeft = async () =>
  (await sql<{ id: string }>("select id from access_keys where user_id = $1", owner.id)).map(({ id }) => id);

const inFull = (scope: string) => `aims:${scope === "id" ? cast.here : scope}:delete:user`;

/** One scope in other words. */
const otherwiseSpelt = [
  ["id", "own"],
  ["own", "id"],
  ["20000009", "managed"],
] as const;

type Growing = [how: string, prepare: () => Promise<() => Promise<unknown>>];

const growing: Growing[] = [
  [
    "by a role",
    async () => {
      const roleId = await roleRow(cast.here, more);
      return () => by(cast.ada, grantRole, { userId: owner.id, roleId });
    },
  ],
  [
    "by a role that denied it and is taken away",
    async () => {
      const [roleId, barred] = [await roleRow(cast.here, more), await roleRow(cast.here, deny("*:*:*:*"))];
      await give(owner.id, barred);
      return async () => {
        await give(owner.id, roleId);
        await by(cast.ada, revokeRole, { userId: owner.id, roleId: barred });
      };
    },
  ],
  [
    "by a role that changes",
    async () => {
      const roleId = await roleRow(cast.here, {});
      await give(owner.id, roleId);
      return () => by(cast.ada, updateRole, { roleId, permissions: more });
    },
  ],
  [
    "by a role that is deleted",
    async () => {
      const [roleId, barred] = [await roleRow(cast.here, more), await roleRow(cast.here, deny("*:*:*:*"))];
      await give(owner.id, barred);
      return async () => {
        await give(owner.id, roleId);
        await by(cast.ada, deleteRole, { roleId: barred });
      };
    },
  ],
  [
    "by being taken into a group",
    async () => {
      const groupId = await groupRow(cast.here, [], [await roleRow(cast.here, more)]);
      return () => by(cast.ada, changeMembers, { groupId, add: [owner.id] });
    },
  ],
  [
    "by a group that is given a role",
    async () => {
      const [groupId, roleId] = [await groupRow(cast.here, [owner.id]), await roleRow(cast.here, more)];
      return () => by(cast.ada, updateGroup, { groupId, roleIds: [roleId] });
    },
  ],
  ...otherwiseSpelt.map(
    ([allowed, denied]): Growing => [
      `by a role that allows ${allowed} and denies ${denied} no longer`,
      async () => {
        const [permissions, barred] = [allow(inFull(allowed)), deny(inFull(denied))];
        weak = await holder(cast.here, { ...allow("aims:own:create:access_key"), ...permissions, ...barred });
        const roleId = await roleRow(cast.here, { ...permissions, ...barred });
        await give(owner.id, roleId);
        return () => by(cast.ada, updateRole, { roleId, permissions });
      },
    ],
  ),
];

describe("an access key that somebody else made", () => {
  test.each(growing)("does not grow with its person %s", async (_, prepare) => {
    const grow = await prepare();
    const [exceeding, fitting] = [await keyBy(weak), await keyBy(cast.ada)];
    await sql(
      "insert into access_keys (id, account_id, user_id, secret_hash, created_by) values ($1, $2, $3, 'x', $3)",
      ...[exceeding.split("").reverse().join(""), cast.here, owner.id],
    );
    await grow();
    const left = await keysLeft();
    expect(left).toHaveLength(2);
    expect([left.includes(exceeding), left.includes(fitting)]).toEqual([false, true]);
    const told = (await mailbox.of(owner.email)).map(({ subject }) => subject);
    expect(told).toContain("An access key of yours was deleted");
    const noted = await sql("select from audit_entries where action = 'access_keys.delete' and target = $1", exceeding);
    expect(noted).toHaveLength(1);
  });

  test("ends when who made it loses what it opens, by whichever way, and no other does", async () => {
    const [theirRole, groupRole] = [await roleRow(cast.here, more), await roleRow(cast.here, more)];
    const groupId = await groupRow(cast.here, [], [groupRole]);
    await give(owner.id, theirRole);
    const makers = [];
    for (const joins of [[], [], ["group"]]) {
      const maker = await holder(cast.here, allow("aims:own:create:access_key"));
      if (joins.length) await by(cast.ada, changeMembers, { groupId, add: [maker.id] });
      else await give(maker.id, groupRole);
      makers.push(maker);
    }
    const [revoked, kept, left] = makers as [Person, Person, Person];
    const [byRevoked, byKept, byLeft] = [await keyBy(revoked), await keyBy(kept), await keyBy(left)];
    await by(cast.ada, revokeRole, { userId: revoked.id, roleId: groupRole });
    expect((await keysLeft()).toSorted()).toEqual([byKept, byLeft].toSorted());
    await by(cast.ada, changeMembers, { groupId, remove: [left.id] });
    expect(await keysLeft()).toEqual([byKept]);
    const [note] = await sql(
      "select details from audit_entries where target = $1 and action = 'access_keys.delete'",
      byRevoked,
    );
    expect(note?.details).toMatchObject({ userId: owner.id, reason: "its maker may do less than before" });
    await by(cast.ada, updateRole, { roleId: groupRole, permissions: {} });
    expect(await keysLeft()).toEqual([]);
  });

  test("stays when its person gets what its maker holds as well", async () => {
    const roleId = await roleRow(cast.here, allow("aims:own:create:access_key"));
    const key = await keyBy(weak);
    await by(cast.ada, grantRole, { userId: owner.id, roleId });
    expect(await keysLeft()).toEqual([key]);
  });
});
