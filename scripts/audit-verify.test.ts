import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { auditRow, settled } from "#tests/samples/audit.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openStage();
}, 90_000);

const script = fileURLToPath(new URL("audit-verify.ts", import.meta.url));

function verify(...options: string[]) {
  const keys = {
    AUTH_SECRET: "x".repeat(40),
    ENCRYPTION_KEYS: `k1:${Buffer.from([...Array(32).keys()]).toString("base64")}`,
  };
  const env = { ...process.env, ...keys, DATABASE_URL: cast.url, LOG_LEVEL: "silent" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options], { env, encoding: "utf8" });
  return { status, said: stdout.trim(), complained: stderr };
}

test("audit:verify says how far the chain holds, and ends with 1 where it breaks", async () => {
  const [first, second] = [await auditRow(cast.ben), await auditRow(cast.ben)];
  await settled();
  const { status, said } = verify();
  expect([status, said]).toEqual([
    0,
    expect.stringMatching(`^Verified up to link 2, entry ${second}: 2:[0-9a-f]{64}$`),
  ]);
  await sql("alter table audit_entries disable trigger user");
  await sql("update audit_entries set action = 'other' where id = $1", second);
  expect(verify("--known", `1:${"0".repeat(64)}`)).toMatchObject({ status: 1, said: "" });
  expect(verify()).toMatchObject({
    status: 1,
    said: expect.stringContaining(`Verified up to link 1, entry ${first}`),
    complained: expect.stringContaining(`BROKEN at link 2: entry ${second} was changed`),
  });
}, 90_000);
