import { beforeAll, expect, test } from "vitest";
import { changeMembers } from "#lib/people/groups/change-members.ts";
import { deleteGroup } from "#lib/people/groups/delete.ts";
import { updateGroup } from "#lib/people/groups/update.ts";
import { type Cast, openStage, person } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { startReplica } from "#tests/replica.ts";
import { allow, by, deny, groupRow, roleRow } from "#tests/rights.ts";
import type { TestApi } from "#tests/test-api.ts";
import { deleteRole } from "./delete.ts";
import { grantRole } from "./grant.ts";
import { revokeRole } from "./revoke.ts";
import { updateRole } from "./update.ts";

let cast: Cast;
let replica: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "100000" });
  replica = await startReplica(cast.url);
});

test("whatever changes somebody's rights holds for their very next request, on another replica", async () => {
  const { id: userId, ...eve } = await person(cast.here, []);
  const session = await sessionOf({ id: userId, ...eve });
  const next = async () => (await replica.request("/api/v1/users", { headers: bearer(session) })).status;
  const readers = allow("admin:own:list:user");
  const [one, other] = [await roleRow(cast.here, readers), await roleRow(cast.here, readers)];
  const denying = await roleRow(cast.here, deny("*:*:list:*"));
  const groupId = await groupRow(cast.here);
  const doomed = await groupRow(cast.here, [], [other]);
  const steps: [what: string, done: () => Promise<unknown>, status: number][] = [
    ["nothing yet", async () => {}, 403],
    ["granted", () => by(cast.ada, grantRole, { userId, roleId: one }), 200],
    ["role emptied", () => by(cast.ada, updateRole, { roleId: one, permissions: {} }), 403],
    ["role filled", () => by(cast.ada, updateRole, { roleId: one, permissions: readers }), 200],
    ["denied", () => by(cast.ada, grantRole, { userId, roleId: denying }), 403],
    ["no longer denied", () => by(cast.ada, revokeRole, { userId, roleId: denying }), 200],
    ["revoked", () => by(cast.ada, revokeRole, { userId, roleId: one }), 403],
    ["in an empty group", () => by(cast.ada, changeMembers, { groupId, add: [userId] }), 403],
    ["the group's role", () => by(cast.ada, updateGroup, { groupId, roleIds: [one] }), 200],
    ["out of the group", () => by(cast.ada, changeMembers, { groupId, remove: [userId] }), 403],
    ["in again", () => by(cast.ada, changeMembers, { groupId, add: [userId] }), 200],
    ["the role's end", () => by(cast.ada, deleteRole, { roleId: one }), 403],
    ["in another group", () => by(cast.ada, changeMembers, { groupId: doomed, add: [userId] }), 200],
    ["the group's end", () => by(cast.ada, deleteGroup, { groupId: doomed }), 403],
  ];
  for (const [what, done, status] of steps) {
    await done();
    expect([what, await next()]).toEqual([what, status]);
  }
});
