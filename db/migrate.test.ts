import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { emptyDatabase } from "#tests/database.ts";
import { migrate } from "./migrate.ts";
import { StartupError } from "./startup-error.ts";

const first = "create table notes (id int primary key)";
const second = "alter table notes add column body text";
let folder = "";
let url = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-migrations-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  url = await emptyDatabase();
});

/** A version of the product that knows these migrations. */
function version(...statements: string[]) {
  const entries = statements.map((_, index) => ({
    idx: index,
    version: "7",
    when: 1000 + index,
    tag: `${index}`,
    breakpoints: true,
  }));
  const path = join(folder, String(statements.length));
  mkdirSync(join(path, "meta"), { recursive: true });
  writeFileSync(join(path, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  for (const [index, statement] of statements.entries()) writeFileSync(join(path, `${index}.sql`), statement);
  return path;
}

async function connect() {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

test("replicas that start together migrate once", async () => {
  await Promise.all(Array.from({ length: 5 }, () => migrate(url, version(first, second))));
  const client = await connect();
  expect((await client.query("select id, body from notes")).rows).toEqual([]);
  expect((await client.query("select * from drizzle.__drizzle_migrations")).rowCount).toBe(2);
  await client.end();
});

test("a database from a newer version is refused", async () => {
  await migrate(url, version(first, second));
  await expect(migrate(url, version(first))).rejects.toThrow(StartupError);
});

test("a table in use is waited for in short steps, so that nobody queues behind the migration", async () => {
  await migrate(url, version(first));
  const client = await connect();
  await client.query("begin; lock table notes in access share mode");
  const migrating = migrate(url, version(first, second));
  await client.query("select pg_sleep(0.6)");
  await client.query("commit");
  await migrating;
  expect((await client.query("select body from notes")).rows).toEqual([]);
  await client.end();
});
