import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    postgres: { url: string; superuserUrl: string };
  }
}

/** The name of the migrated database that every test's own is copied from. */
export const template = "latchkey_template";

/** `url` with another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** A migrated database of the calling test file's own: its url. It ends with the run, like all of them. */
export function freshDatabase(): Promise<string> {
  return createDatabase(template);
}

/** As {@link freshDatabase}, without a single table. */
export function emptyDatabase(): Promise<string> {
  return createDatabase("template0");
}

async function createDatabase(copied: string) {
  const { url, superuserUrl } = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(superuserUrl, `create database ${name} template ${copied} owner latchkey`);
  return withDatabase(url, name);
}

async function query(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
