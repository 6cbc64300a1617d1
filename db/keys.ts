import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Env, parseEnv } from "#lib/env.ts";
import { dataFolder } from "./folder.ts";
import { StartupError } from "./startup-error.ts";

const keysFile = z.object({ AUTH_SECRET: z.string(), ENCRYPTION_KEYS: z.string() });

/**
 * Completes `set` with the secrets that were not configured, from `<DATA_DIR>/keys.json`, which is made the first time.
 * Throws {@link StartupError} when that file is missing although there is a database sealed with its keys.
 */
export function ensureKeys(set: Env): void {
  if (set.DATABASE_URL || (set.AUTH_SECRET && set.ENCRYPTION_KEYS)) return;
  const folder = dataFolder(set.DATA_DIR);
  const keys = parseEnv(readKeys(folder) ?? makeKeys(folder));
  set.AUTH_SECRET ??= keys.AUTH_SECRET;
  set.ENCRYPTION_KEYS ??= keys.ENCRYPTION_KEYS;
}

const pathOf = (dataDir: string) => join(dataDir, "keys.json");

function readKeys(dataDir: string) {
  if (!isThere(pathOf(dataDir))) return undefined;
  const text = readFileSync(pathOf(dataDir), "utf8");
  try {
    return keysFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartupError(`${pathOf(dataDir)} is damaged.`, "Put it back from a backup.", cause);
  }
}

function makeKeys(dataDir: string) {
  if (isThere(join(dataDir, "postgres"))) throw keysLost(dataDir);
  const keys = {
    AUTH_SECRET: randomBytes(33).toString("base64"),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  };
  writeDurably(pathOf(dataDir), `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

// A start that is interrupted at any point leaves the whole file or none.
function writeDurably(path: string, text: string) {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function keysLost(dataDir: string) {
  return new StartupError(
    `${pathOf(dataDir)} is missing, but there is a database whose secrets were sealed with the keys in it.`,
    "Put the file back from a backup, or set AUTH_SECRET and ENCRYPTION_KEYS to the keys that were used.",
  );
}
