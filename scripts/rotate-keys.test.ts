import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { primary, transaction } from "#db/client.ts";
import { openKept, sealKept } from "#lib/core/crypto/data-keys.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { rotateKeys, sealedColumns } from "#lib/portal/key-rotation.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { configure } from "#tests/settings.ts";

const key = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const [old, young] = [key("old"), key("young")];
const both = `${young},${old}`;

let cast: Cast;

beforeAll(async () => {
  cast = await openStage({ ENCRYPTION_KEYS: old });
}, 90_000);

const script = fileURLToPath(new URL("rotate-keys.ts", import.meta.url));

type Running = { kill(): void; isOver(): boolean };

/** Runs the command; `meanwhile` may look on, and kill it before it is done. */
function rotate(ring: string, meanwhile: (running: Running) => Promise<void>) {
  const env = { ...process.env, AUTH_SECRET: "x".repeat(40), ENCRYPTION_KEYS: ring, DATABASE_URL: cast.url };
  const child = spawn(process.execPath, [script], { env: { ...env, LOG_LEVEL: "silent" } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const ended = new Promise<{ code: number | null; said: string }>((done) =>
    child.on("close", (code) => done({ code, said })),
  );
  const running = { kill: () => child.kill("SIGKILL"), isOver: () => child.exitCode !== null };
  return Promise.all([ended, meanwhile(running)]).then(([end]) => end);
}

const place = (row: string) => ({ table: "tokens", field: "sealed_secret", row, account: cast.here });

/** Puts so many tokens there, each with a copy of its secret. */
async function tokens(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const rows = ids.map((id) => ({ id, sealed: seal(place(id), `secret of ${id}`).toString("hex") }));
  await sql(
    `insert into tokens (id, account_id, user_id, name, scopes, secret_hash, last_four, sealed_secret)
     select id, $2, $3, id, '{}', sha256(id::text::bytea), 'none', decode(sealed, 'hex')
     from json_to_recordset($1) as row (id uuid, sealed text)`,
    JSON.stringify(rows),
    cast.here,
    cast.ben.id,
  );
  return ids;
}

const sealedOf = async (id: string) =>
  (await sql<{ sealed: Buffer }>("select sealed_secret as sealed from tokens where id = $1", id))[0]?.sealed ??
  Buffer.of();

const underYoung = async () =>
  Number(
    (
      await sql<{ count: string }>("select count(*) from tokens where substring(sealed_secret from 3 for 5) = 'young'")
    )[0]?.count,
  );

test("killed mid-way and run again, everything opens under the new key alone, and is read all the while", async () => {
  const kept = { table: "service_credentials", field: "sealed_secret", row: randomUUID(), account: cast.here };
  const credential = await transaction((tx) => sealKept(tx, kept, "of another system"));
  const ids = await tokens(10_000);
  configure({ ENCRYPTION_KEYS: both });
  let read = 0;
  const readOne = async () => {
    // Now at one end, now at the other, so that some are read before it is their turn and some after.
    const id = String(ids[(read++ * 7919) % ids.length]);
    expect(unseal(place(id), await sealedOf(id))).toBe(`secret of ${id}`);
    expect(await openKept(primary(), kept, credential)).toBe("of another system");
  };
  const killed = await rotate(both, async ({ kill }) => {
    while ((await underYoung()) === 0) await readOne();
    kill();
  });
  expect(killed.code).toBeNull();
  expect(await underYoung()).toBeLessThan(10_000);
  const readBefore = read;
  expect(readBefore).toBeGreaterThan(0);
  const again = await rotate(both, async ({ isOver }) => {
    while (!isOver()) await readOne();
  });
  expect(read).toBeGreaterThan(readBefore);
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining("under the key young") });
  configure({ ENCRYPTION_KEYS: young });
  for (const id of ids.filter((_, place) => place % 97 === 0))
    expect(unseal(place(id), await sealedOf(id))).toBe(`secret of ${id}`);
  expect(await underYoung()).toBe(10_000);
  expect(await openKept(primary(), kept, credential)).toBe("of another system");
}, 120_000);

test("what no key opens is named and left as it is", async () => {
  configure({ ENCRYPTION_KEYS: key("lost") });
  const [id] = await tokens(1);
  configure({ ENCRYPTION_KEYS: young });
  const before = await sealedOf(String(id));
  expect((await rotateKeys(3)).lost).toMatchObject([{ table: "tokens", row: id }]);
  expect(await sealedOf(String(id))).toEqual(before);
});

/**
 * Hashes (of addresses, too), pictures, public keys, drafts of a few minutes; and what follows an account's data keys.
 */
const unsealed = /hash$|^address$|^public_key$|^content$|^draft$|^request$|^mac$/;
const underDataKeys = [
  "integrations.sealed_adapter_secret",
  "integrations.sealed_former_secret",
  "service_credentials.sealed_secret",
];

test("every column of bytes is sealed anew, or needs not be", async () => {
  const columns = await sql<{ name: string; column: string }>(
    `select table_name || '.' || column_name as name, column_name as column from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea'`,
  );
  const known = [...underDataKeys, ...sealedColumns.map(({ table, field }) => `${table}.${field}`)];
  const sealed = columns.filter(({ column }) => !unsealed.test(column)).map(({ name }) => name);
  expect(sealed.toSorted()).toEqual(known.toSorted());
});
