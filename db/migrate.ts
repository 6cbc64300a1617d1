import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as apply } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import { StartupError } from "./startup-error.ts";

const ours = fileURLToPath(new URL("./migrations", import.meta.url));

// Any number will do as long as every replica of every version asks for the same one.
const lock = 7_102_471;

// How long a statement may make others wait for a table, in milliseconds; it is tried again after a pause.
const lockTimeout = 200;

/**
 * Brings the database at `url` to this version's schema. Replicas may call it at the same time: one works, the others
 * wait. Throws {@link StartupError} when the database has been migrated by a newer version.
 */
export async function migrate(url: string, migrationsFolder = ours): Promise<void> {
  if (!existsSync(`${migrationsFolder}/meta/_journal.json`)) return;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query("set statement_timeout = 0");
    await client.query(`select pg_advisory_lock(${lock})`);
    await refuseNewer(client, migrationsFolder);
    await client.query(`set lock_timeout = ${lockTimeout}`);
    await applyPatiently(client, migrationsFolder);
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: Client, migrationsFolder: string) {
  const known = new Set(readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis));
  const applied = await appliedTo(client);
  if (applied.every((when) => known.has(when))) return;
  const remedy = "Start the newer version again, or restore a backup that was made before the upgrade.";
  throw new StartupError("The database has been upgraded by a newer version of Latchkey than this one.", remedy);
}

async function appliedTo(client: Client) {
  const table = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as exists");
  if (!table.rows[0].exists) return [];
  const { rows } = await client.query("select created_at from drizzle.__drizzle_migrations");
  return rows.map((row) => Number(row.created_at));
}

async function applyPatiently(client: Client, migrationsFolder: string) {
  for (let left = 100; ; left--) {
    try {
      return await apply(drizzle(client), { migrationsFolder });
    } catch (error) {
      if (left === 0 || !isLockTimeout(error)) throw error;
      await sleep(100 + Math.random() * 200);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "55P03") || isLockTimeout(error.cause);
}
