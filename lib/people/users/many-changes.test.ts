import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Caller } from "#lib/core/actor.ts";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson } from "#tests/credentials.ts";
import { groupRow } from "#tests/rights.ts";
import { importUsers } from "../csv/import.ts";
import { changeMembers } from "../groups/change-members.ts";
import { changeManyUsers } from "./bulk.ts";

let cast: Cast;
let admin: Person;
let userIds: string[];

beforeAll(async () => {
  cast = await openStage({ CHANGES_PER_MINUTE: "30" });
  userIds = [];
  for (let count = 0; count < 10; count++) userIds.push((await person(cast.here, ["Member"])).id);
});
beforeEach(async () => {
  admin = await person(cast.here, ["Administrator"]);
});

const left = async (work: Promise<{ remaining?: { left: number } }>) => (await work).remaining?.left;
const bulk = (caller: Caller, action: "activate" | "deactivate") =>
  execute(changeManyUsers, caller, { action, userIds });
const rows = () => Array.from({ length: 10 }, () => ({ fullName: "Fay", email: `${randomUUID()}@elsewhere.example` }));
const full = { code: "too_many_requests", details: { budget: { name: "changes" }, retryAfter: expect.any(Number) } };

test("many who are changed in one call are as many changes; one call too many changes nobody and says when", async () => {
  const caller = await asPerson(admin);
  expect(await left(bulk(caller, "deactivate"))).toBe(20);
  expect(await left(bulk(caller, "activate"))).toBe(10);
  expect(await left(bulk(caller, "deactivate"))).toBe(0);
  await expect(bulk(caller, "activate")).rejects.toMatchObject(full);
  const active = await sql("select from users where id = any($1) and active", userIds);
  expect(active).toEqual([]);
  const [record] = await sql(
    "select count(*)::int as count from audit_entries where actor_id = $1 and result = 'done'",
    admin.id,
  );
  expect(record?.count).toBe(33);
});

test("somebody who is named twice is one change", async () => {
  const [userId = ""] = userIds;
  const twice = { action: "activate", userIds: [userId, userId] };
  expect(await left(execute(changeManyUsers, await asPerson(admin), twice))).toBe(29);
});

test("rows of a file are as many changes, and none where they are only tried", async () => {
  const caller = await asPerson(admin);
  await execute(importUsers, caller, { rows: rows(), dryRun: true });
  for (let count = 0; count < 2; count++) await execute(importUsers, caller, { rows: rows() });
  await expect(execute(importUsers, caller, { rows: rows() })).rejects.toMatchObject(full);
  expect(await left(bulk(await asPerson(admin), "activate"))).toBe(20);
});

test("members taken in and out are as many changes", async () => {
  const groupId = await groupRow(cast.here);
  const caller = await asPerson(admin);
  expect(await left(execute(changeMembers, caller, { groupId, add: userIds }))).toBe(20);
  const both = { groupId, add: userIds.slice(0, 2), remove: userIds.slice(2) };
  expect(await left(execute(changeMembers, caller, both))).toBe(10);
});
