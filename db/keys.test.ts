import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseEnv } from "#lib/env.ts";
import { ensureKeys } from "./keys.ts";
import { StartupError } from "./startup-error.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-keys-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function start(variables: Record<string, string> = {}) {
  const set = parseEnv({ DATA_DIR: folder, ...variables });
  ensureKeys(set);
  return set;
}

test("keys are made once and stay", () => {
  const first = start();
  expect(first.AUTH_SECRET?.length).toBeGreaterThanOrEqual(32);
  expect(first.ENCRYPTION_KEYS?.[0]?.key).toHaveLength(32);
  expect(start()).toEqual(first);
});

test("only their owner may read them", () => {
  start();
  expect(statSync(join(folder, "keys.json")).mode & 0o777).toBe(0o600);
});

test("a key that was configured is kept", () => {
  const AUTH_SECRET = "configured by the administrator, 32+";
  expect(start({ AUTH_SECRET }).AUTH_SECRET).toBe(AUTH_SECRET);
});

test("new keys are never made for a database that was sealed with lost ones", () => {
  start();
  mkdirSync(join(folder, "postgres"));
  rmSync(join(folder, "keys.json"));
  expect(() => start()).toThrow(StartupError);
});

test("damaged keys are reported, not replaced", () => {
  writeFileSync(join(folder, "keys.json"), '{"AUTH_SEC');
  expect(() => start()).toThrow(/damaged/);
  expect(readFileSync(join(folder, "keys.json"), "utf8")).toBe('{"AUTH_SEC');
});
