import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { queryAt } from "./query.ts";

/** Where the Postgres of the run is. */
type Postgres = { url: string; superuserUrl: string };

declare module "vitest" {
  interface ProvidedContext {
    postgres: Postgres;
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
export function freshDatabase(postgres?: Postgres): Promise<string> {
  return createDatabase(template, postgres);
}

/** As {@link freshDatabase}, without a single table. */
export function emptyDatabase(): Promise<string> {
  return createDatabase("template0");
}

async function createDatabase(copied: string, { url, superuserUrl }: Postgres = inject("postgres")) {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await queryAt(superuserUrl, `create database ${name} template ${copied} owner latchkey strategy file_copy`);
  return withDatabase(url, name);
}
