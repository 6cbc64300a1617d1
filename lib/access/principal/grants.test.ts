import { beforeAll, expect, test } from "vitest";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { allow, roleRow } from "#tests/rights.ts";
import { grantsOf, rolesHeld } from "./grants.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
});

async function versionsOf(ids: string[]): Promise<string> {
  const [row] = await sql<{ roles: string }>(`select ${rolesHeld("select unnest($1::uuid[])")} as roles`, ids);
  return row?.roles ?? "";
}

const change = (id: string, pattern: string) =>
  sql("update roles set permissions = $2 where id = $1", id, { [pattern]: "allowed" });

test("the same roles in the same versions are the very same object, however much they say", async () => {
  const patterns = (role: number) => allow(...Array.from({ length: 500 }, (_, at) => `pro:own:a${role}:thing-${at}`));
  const ids = await Promise.all(Array.from({ length: 40 }, (_, role) => roleRow(cast.here, patterns(role))));
  const versions = await versionsOf(ids);
  const [grants = [], ...others] = await Promise.all(Array.from({ length: 8 }, () => grantsOf(versions)));
  for (const other of others) expect(other).toBe(grants);
  expect(grants.flatMap(({ permissions }) => Object.keys(permissions))).toHaveLength(20_000);
  expect(await grantsOf(versions)).toBe(grants);
});

test("of roles of which one was changed, only that one is read anew, whoever changed it and however", async () => {
  const ids = [await roleRow(cast.here, allow("pro:own:a:b")), await roleRow(cast.here, allow("pro:own:c:d"))].sort();
  const before = await grantsOf(await versionsOf(ids));
  await change(ids[0] ?? "", "pro:own:e:f");
  const after = await grantsOf(await versionsOf(ids));
  expect(after[0]?.permissions).toEqual(allow("pro:own:e:f"));
  expect(after[1]).toBe(before[1]);
});

test("a role that changes or goes before it is read counts as it is then, and nothing of that is kept", async () => {
  const id = await roleRow(cast.here, allow("pro:own:a:b"));
  const old = await versionsOf([id]);
  await change(id, "pro:own:c:d");
  expect((await grantsOf(old))[0]?.permissions).toEqual(allow("pro:own:c:d"));
  await sql("delete from roles where id = $1", id);
  expect(await grantsOf(old)).toEqual([]);
});

test("who holds no role is granted nothing", async () => {
  expect(await grantsOf(null)).toEqual([]);
});
