import { beforeAll, expect, test } from "vitest";
import { scaled } from "#lib/core/limiter.ts";
import { takeMany } from "#lib/core/limits.ts";
import { account, type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { allow, by, deny, give, groupRow, holder, roleRow } from "#tests/rights.ts";
import "#lib/operations.ts";
import { maxPreview } from "./effects.ts";
import { ownPreviews, previewRole, previews } from "./preview.ts";

let cast: Cast;
let roleId: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  roleId = await roleRow(cast.here, allow("admin:own:get:user", "pro:own:publish:app"));
  // Ben holds it himself; Cleo through a group, twice over, beside a role that gives the half of it.
  await give(cast.ben.id, roleId);
  await give(cast.cleo.id, roleId);
  await give(cast.cleo.id, await roleRow(cast.here, allow("admin:own:*:user")));
  await groupRow(cast.here, [cast.cleo.id], [roleId]);
});

const preview = (permissions?: object, who = cast.ada) =>
  by(who, previewRole, permissions ? { roleId, permissions: JSON.stringify(permissions) } : { roleId });

test("the end of a role takes what no other role of its holders gives", async () => {
  const answer = await preview();
  expect(answer).toMatchObject({ holders: 2, more: false, affected: 2 });
  expect(answer.changes).toEqual([
    { permission: "admin:own:get:user", gain: 0, lose: 1 },
    { permission: "pro:own:publish:app", gain: 0, lose: 1 },
  ]);
  expect(answer.people).toEqual([
    expect.objectContaining({ id: cast.ben.id, gains: [], loses: ["admin:own:get:user"] }),
    expect.objectContaining({ id: cast.cleo.id, gains: [], loses: ["pro:own:publish:app"] }),
  ]);
});

test("a denial takes what other roles give", async () => {
  const { changes } = await preview({
    ...allow("admin:own:get:user", "pro:own:publish:app"),
    ...deny("admin:own:get:user"),
  });
  expect(changes).toEqual([{ permission: "admin:own:get:user", gain: 0, lose: 2 }]);
});

test("a wildcard gives what it covers, to those who did not hold it", async () => {
  const { changes, affected } = await preview(allow("admin:own:*:user", "pro:own:publish:app"));
  expect(changes).toContainEqual({ permission: "admin:own:update:user", gain: 1, lose: 0 });
  expect(affected).toBe(1);
});

test("what changes nothing for anybody says so", async () => {
  expect(await preview(allow("admin:own:get:user", "pro:own:publish:app"))).toMatchObject({
    affected: 0,
    changes: [],
    people: [],
  });
});

test("who may not list users learns the numbers alone", async () => {
  const eve = await holder(cast.here, allow("admin:own:get:role"));
  expect(await preview(undefined, eve)).toMatchObject({ affected: 2, people: [] });
});

test("twenty are named, all are counted", async () => {
  const many = await roleRow(cast.here, allow("admin:own:get:audit"));
  for (let n = 0; n < 23; n++) await give((await person(cast.here, [])).id, many);
  const answer = await by(cast.ada, previewRole, { roleId: many });
  expect([answer.affected, answer.people.length]).toEqual([23, 20]);
});

test("no more is looked at than there may be, and it says that there is more", async () => {
  const one = await roleRow(cast.here, allow("admin:own:get:audit"));
  await manyRoles("wide", 999, 1);
  await sql(
    "with them as (select id from roles where name like 'wide %') insert into group_roles (group_id, account_id, role_id) select $1, $2, id from them",
    await groupRow(cast.here, [], [one]),
    cast.here,
  );
  for (let n = 0; n < 25; n++) {
    const { id } = await person(cast.here, []);
    await give(id, await roleRow(cast.here));
    await sql(
      "insert into group_members (group_id, account_id, user_id) select group_id, account_id, $1 from group_roles where role_id = $2",
      id,
      one,
    );
  }
  const answer = await by(cast.ada, previewRole, { roleId: one });
  expect(answer).toMatchObject({ holders: Math.floor(maxPreview.held / 1001), more: true, affected: answer.holders });
});

test("roles that say more than there may be are not all read", async () => {
  const one = await roleRow(cast.here, allow("admin:own:get:audit"));
  await give(cast.cleo.id, one);
  const loaded = await person(cast.here, []);
  await give(loaded.id, one);
  await manyRoles("loaded", 140, 500);
  await sql(
    "insert into user_roles (user_id, account_id, role_id) select $1, account_id, id from roles where name like 'loaded %'",
    loaded.id,
  );
  const answer = await by(cast.ada, previewRole, { roleId: one });
  expect(answer).toMatchObject({ holders: 1, more: true, people: [{ id: cast.cleo.id }] });
});

/** Makes so many roles of so many patterns each. */
const manyRoles = (word: string, count: number, patterns: number) =>
  sql(
    `insert into roles (account_id, name, permissions)
     select $1, $2 || ' ' || r, (select jsonb_object_agg('pro:own:' || $2 || r || ':thing-' || p, 'allowed')
       from generate_series(1, $4::int) p) from generate_series(1, $3::int) r`,
    cast.here,
    word,
    count,
    patterns,
  );

test("of a person a hundred permissions are listed, and all are counted", async () => {
  const patterns = Array.from({ length: 300 }, (_, place) => `pro:own:listed:thing-${place}`);
  const many = await roleRow(cast.here, allow(...patterns));
  const who = await person(cast.here, []);
  await give(who.id, many);
  const { changes, people } = await by(cast.ada, previewRole, { roleId: many });
  expect([changes.length, people[0]?.loses.length]).toEqual([300, maxPreview.listed]);
});

test("what is no permission map is refused", async () => {
  for (const permissions of ["{", "[]", '{"*":"allowed"}'])
    await expect(by(cast.ada, previewRole, { roleId, permissions })).rejects.toMatchObject({ code: "invalid_fields" });
});

test("a role of another account is not there", async () => {
  await expect(by(cast.dan, previewRole, { roleId })).rejects.toMatchObject({ code: "not_found" });
});

const ask = (who: Person, roleId: string) =>
  by(who, previewRole, { roleId }).then(
    () => "done",
    ({ code }) => code,
  );

test("an account that asks again and again is refused, and no other", async () => {
  await takeMany(previews, cast.here, scaled(previews.points));
  expect(await ask(cast.ada, roleId)).toBe("too_many_requests");
  expect(await ask(cast.dan, await roleRow(cast.there))).toBe("done");
});

test("one person who asks again and again is refused, and leaves their account what it has", async () => {
  const elsewhere = await account("previewed");
  const [eve, finn] = [await holder(elsewhere, read), await holder(elsewhere, read)];
  const one = await roleRow(elsewhere);
  await takeMany(ownPreviews, eve.id, scaled(ownPreviews.points));
  await takeMany(previews, elsewhere, scaled(previews.points) - 1);
  expect(await ask(eve, one)).toBe("too_many_requests");
  expect(await ask(finn, one)).toBe("done");
});

const read = allow("admin:own:get:role");
