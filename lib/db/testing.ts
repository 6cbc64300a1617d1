import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, inject } from "vitest";

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

/** A migrated database of the calling test file's own: its url. It is dropped after the file's last test. */
export async function freshDatabase(): Promise<string> {
  const { url, superuserUrl } = inject("postgres");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(superuserUrl, `create database ${name} template ${template} owner latchkey`);
  afterAll(() => query(superuserUrl, `drop database ${name} with (force)`));
  return withDatabase(url, name);
}

async function query(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
