import { rmSync } from "node:fs";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "#db/embedded/start.ts";
import { migrate } from "#db/migrate.ts";
import { template, withDatabase } from "./database.ts";

/** One Postgres for the whole run, with a migrated database that every test file copies. */
export default async function setup(project: TestProject) {
  const dataDir = project.config.env.DATA_DIR;
  if (!dataDir) throw new Error("vitest.config.ts must set DATA_DIR");
  // The tests' database may forget everything with the power, and is faster for it.
  const forgetful = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  // Hundreds of small databases, each for seconds: looking after them costs more than it saves.
  const settings = { ...forgetful, autovacuum: "off", max_connections: 300 };
  const postgres = await startEmbedded(dataDir, { settings, log: () => {} });
  await makeTemplate(postgres.url, postgres.superuserUrl);
  project.provide("postgres", { url: postgres.url, superuserUrl: postgres.superuserUrl });
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function makeTemplate(url: string, superuserUrl: string) {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`create database ${template} owner latchkey`).finally(() => client.end());
  await migrate(withDatabase(url, template));
}
