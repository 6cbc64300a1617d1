import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { primary, transaction } from "#db/client.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { configure } from "#tests/settings.ts";
import { openKept, sealKept } from "./data-keys.ts";

const key = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const [old, young] = [key("old"), key("young")];

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ ENCRYPTION_KEYS: old });
});

const placeIn = (account: string) => ({ table: "service_credentials", field: "sealed_secret", row: "a row", account });
const sealed = (account: string, secret: string) => transaction((tx) => sealKept(tx, placeIn(account), secret));

test("what was sealed opens in its place, and in no other", async () => {
  const context = placeIn(cast.here);
  const kept = await sealed(cast.here, "correct horse");
  expect(kept.toString("latin1")).not.toContain("horse");
  expect(await openKept(primary(), context, kept)).toBe("correct horse");
  for (const other of [{ table: "users" }, { field: "other" }, { row: "other" }, { account: cast.there }])
    await expect(openKept(primary(), { ...context, ...other }, kept)).rejects.toThrow();
});

test("it opens no more once any byte of it is changed", async () => {
  const kept = await sealed(cast.here, "s");
  for (let at = 0; at < kept.length; at++) {
    const changed = Buffer.from(kept);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(openKept(primary(), placeIn(cast.here), changed)).rejects.toThrow();
  }
});

test("each account has a key of its own, wrapped under ENCRYPTION_KEYS; the newest seals, all open", async () => {
  const first = await sealed(cast.there, "one");
  await sealed(cast.there, "two");
  const rows = await sql<{ id: string; wrapped: Buffer }>("select * from data_keys where account_id = $1", cast.there);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.wrapped.includes("old")).toBe(true);
  configure({ ENCRYPTION_KEYS: `${young},${old}` });
  await sql("delete from data_keys where account_id = $1", cast.here);
  await sealed(cast.here, "three");
  const [under] = await sql<{ wrapped: Buffer }>("select wrapped from data_keys where account_id = $1", cast.here);
  expect(under?.wrapped.includes("young")).toBe(true);
  expect(await openKept(primary(), placeIn(cast.there), first)).toBe("one");
});

test("a key that was made in a transaction that failed seals nothing", async () => {
  const account = cast.there;
  await sql("delete from data_keys where account_id = $1", account);
  const failing = transaction(async (tx) => {
    await sealKept(tx, placeIn(account), randomUUID());
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  const kept = await sealed(account, "yes");
  expect(await openKept(primary(), placeIn(account), kept)).toBe("yes");
});
