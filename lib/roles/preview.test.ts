import { beforeAll, expect, test } from "vitest";
import { type Cast, openStage, person } from "#lib/testing/cast.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "#lib/testing/rights.ts";
import "#lib/operations.ts";
import { previewRole } from "./preview.ts";

let cast: Cast;
let roleId: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  roleId = await roleRow(cast.here, allow("aims:own:get:user", "pro:own:publish:app"));
  // Ben holds it himself; Cleo through a group, twice over, beside a role that gives the half of it.
  await give(cast.ben.id, roleId);
  await give(cast.cleo.id, roleId);
  await give(cast.cleo.id, await roleRow(cast.here, allow("aims:own:*:user")));
  await groupRow(cast.here, [cast.cleo.id], [roleId]);
});

const preview = (permissions?: object, who = cast.ada) =>
  by(who, previewRole, permissions ? { roleId, permissions: JSON.stringify(permissions) } : { roleId });

test("the end of a role takes what no other role of its holders gives", async () => {
  const answer = await preview();
  expect(answer).toMatchObject({ holders: 2, more: false, affected: 2 });
  expect(answer.changes).toEqual([
    { permission: "aims:own:get:user", gain: 0, lose: 1 },
    { permission: "pro:own:publish:app", gain: 0, lose: 1 },
  ]);
  expect(answer.people).toEqual([
    expect.objectContaining({ id: cast.ben.id, gains: [], loses: ["aims:own:get:user"] }),
    expect.objectContaining({ id: cast.cleo.id, gains: [], loses: ["pro:own:publish:app"] }),
  ]);
});

test("a denial takes what other roles give", async () => {
  const { changes } = await preview({
    ...allow("aims:own:get:user", "pro:own:publish:app"),
    ...deny("aims:own:get:user"),
  });
  expect(changes).toEqual([{ permission: "aims:own:get:user", gain: 0, lose: 2 }]);
});

test("a wildcard gives what it covers, to those who did not hold it", async () => {
  const { changes, affected } = await preview(allow("aims:own:*:user", "pro:own:publish:app"));
  expect(changes).toContainEqual({ permission: "aims:own:update:user", gain: 1, lose: 0 });
  expect(affected).toBe(1);
});

test("what changes nothing for anybody says so", async () => {
  expect(await preview(allow("aims:own:get:user", "pro:own:publish:app"))).toMatchObject({
    affected: 0,
    changes: [],
    people: [],
  });
});

test("who may not list users learns the numbers alone", async () => {
  const eve = await holder(cast.here, allow("aims:own:get:role"));
  expect(await preview(undefined, eve)).toMatchObject({ affected: 2, people: [] });
});

test("twenty are named, all are counted", async () => {
  const many = await roleRow(cast.here, allow("aims:own:get:audit"));
  for (let n = 0; n < 23; n++) await give((await person(cast.here, [])).id, many);
  const answer = await by(cast.ada, previewRole, { roleId: many });
  expect([answer.affected, answer.people.length]).toEqual([23, 20]);
});

test("what is no permission map is refused", async () => {
  for (const permissions of ["{", "[]", '{"*":"allowed"}'])
    await expect(by(cast.ada, previewRole, { roleId, permissions })).rejects.toMatchObject({ code: "invalid_fields" });
});

test("a role of another account is not there", async () => {
  await expect(by(cast.dan, previewRole, { roleId })).rejects.toMatchObject({ code: "not_found" });
});
