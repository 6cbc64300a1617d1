import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { getTableName, is } from "drizzle-orm";
import { getTableConfig, type PgColumn, PgTable } from "drizzle-orm/pg-core";
import { sql as text } from "drizzle-orm/sql";
import { beforeAll, describe, expect, test } from "vitest";
import { account, type Cast, openStage, person, sql } from "#tests/cast.ts";
import { type Db, transaction, withTenant } from "./client.ts";

const folder = new URL("schema/", import.meta.url);
const pages = await Promise.all(readdirSync(folder).map((page) => import(new URL(page, folder).href)));
const tables = pages.flatMap((page) => Object.values(page)).filter((one) => is(one, PgTable)) as PgTable[];

let cast: Cast;
/** An account that has nothing to do with the one whose rows these are. */
let elsewhere: string;
/** Ids of what other rows refer to. */
const known: Record<string, unknown> = {};

beforeAll(async () => {
  cast = await openStage();
  elsewhere = await account("Elsewhere");
  Object.assign(known, { account_id: cast.here, user_id: cast.ben.id, managing_id: cast.here, managed_id: cast.there });
  known.proposed_by = cast.here;
  for (const table of inOrder(tables)) {
    const made = await insert(table, rowOf(table));
    const name = called[getTableName(table)];
    if (name) known[name] = made.id;
  }
});

/** How other rows call the id of one of these. */
const called: Record<string, string> = {
  groups: "group_id",
  roles: "role_id",
  tokens: "token_id",
  api_users: "api_user_id",
  api_user_secrets: "secret_id",
  customer_keys: "customer_key_id",
  integrations: "integration_id",
  service_credentials: "credential_id",
};

/** What is referred to before what refers to it. */
function inOrder(all: PgTable[]): PgTable[] {
  const first = ["accounts", "users", "roles", "groups", "devices", "tokens"];
  first.push("api_users", "api_user_secrets", "customer_keys", "integrations", "service_credentials");
  const place = (table: PgTable) => first.indexOf(getTableName(table)) + 1 || first.length + 1;
  return [...all].sort((one, other) => place(one) - place(other));
}

/** A row of the account, with something in every column that must have something. */
function rowOf(table: PgTable): Record<string, unknown> {
  const { columns } = getTableConfig(table);
  const needed = columns.filter((column) => column.name in known || (column.notNull && !column.hasDefault));
  return Object.fromEntries(needed.filter(isGiven).map((column) => [column.name, sampleOf(table, column)]));
}

const isGiven = ({ generatedIdentity }: PgColumn) => !generatedIdentity;

function sampleOf(table: PgTable, column: PgColumn): unknown {
  const { name, enumValues } = column;
  if (name in known) return known[name];
  if (enumValues?.length) return enumValues[0];
  if (getTableName(table) === "access_keys" && name === "id") return randomBytes(8).toString("hex");
  if (getTableName(table) === "accounts" && name === "id") return "77777777";
  return byType[column.getSQLType().replace(/\(.*/, "")]?.();
}

const byType: Record<string, () => unknown> = {
  text: () => `some-${randomUUID()}`,
  varchar: () => `some-${randomUUID()}`,
  uuid: () => randomUUID(),
  bytea: () => randomBytes(32),
  integer: () => 60,
  bigint: () => 7,
  boolean: () => true,
  jsonb: () => ({}),
  "text[]": () => [],
  "timestamp with time zone[]": () => [],
  "timestamp with time zone": () => new Date(),
};

const insertText = (table: PgTable, columns: string[]) =>
  `insert into ${getTableName(table)} (${columns.join(", ")}) values (${columns.map((_, place) => `$${place + 1}`).join(", ")})`;

async function insert(table: PgTable, row: Record<string, unknown>) {
  const [made] = await sql<{ id: unknown }>(
    `${insertText(table, Object.keys(row))} returning *`,
    ...Object.values(row),
  );
  return made ?? { id: undefined };
}

/** Postgres says so when a role may not, and when a row is not one that a policy lets it write. */
const refused = "42501";

/** What a statement comes to for who acts in an account: how many rows, or the code of what Postgres says. */
async function as(accountId: string, work: (tx: Db) => Promise<{ rowCount: number | null; rows: unknown[] }>) {
  try {
    return await transaction((tx) => withTenant(tx, [accountId], async (tx) => undone(await work(tx))));
  } catch (error) {
    if (error instanceof Undone) return error.reached;
    return String((error as { cause?: { code?: string } }).cause?.code);
  }
}

class Undone extends Error {
  readonly reached: number;

  constructor(reached: number) {
    super("rolled back");
    this.reached = reached;
  }
}

function undone({ rowCount }: { rowCount: number | null }): never {
  throw new Undone(rowCount ?? 0);
}

/** Which rows are meant: neither those of everybody, nor the other account itself. */
const ofAll: Record<string, string> = { roles: "account_id is not null", accounts: "name <> 'Elsewhere'" };

const nothing = [0, refused];

describe.each(tables.map((table) => [getTableName(table), table] as const))("%s", (name, table) => {
  const where = ofAll[name] ?? "true";
  const read = (accountId: string) => as(accountId, (tx) => tx.execute(text.raw(`select from ${name} where ${where}`)));
  const column = getTableConfig(table).columns.find(isGiven);

  test("shows its rows to their own account, or to nobody in an account at all", async () => {
    const seen = await read(cast.here);
    expect(seen === refused || Number(seen) > 0).toBe(true);
  });

  test.skipIf(name === "audit_seals")("shows none of them to another", async () => {
    expect(nothing).toContain(await read(elsewhere));
  });

  test("lets another change and delete none of them", async () => {
    const change = `update ${name} set ${column?.name} = ${column?.name} where ${where}`;
    expect(nothing).toContain(await as(elsewhere, (tx) => tx.execute(text.raw(change))));
    expect(nothing).toContain(await as(elsewhere, (tx) => tx.execute(text.raw(`delete from ${name} where ${where}`))));
  });

  test("takes no row for them from another", async () => {
    const row = rowOf(table);
    const values = Object.values(row).map((value) => text`${text.param(value)}`);
    const columns = text.raw(Object.keys(row).join(", "));
    const put = text`insert into ${text.raw(name)} (${columns}) values (${text.join(values, text`, `)})`;
    expect(await as(elsewhere, (tx) => tx.execute(put))).toBe(refused);
  });
});

describe("the view of people", () => {
  const read = (accountId: string) => as(accountId, (tx) => tx.execute(text`select from directory`));

  test("shows those of the account alone, and takes nothing", async () => {
    expect([await read(cast.here), await read(elsewhere)]).toEqual([4, 0]);
    for (const write of ["update directory set full_name = 'Nobody'", "delete from directory"])
      expect(await as(cast.here, (tx) => tx.execute(text.raw(write)))).toBe(refused);
  });
});

test("without an account nothing is shown", async () => {
  const everybody = transaction(async (tx) => {
    await tx.execute(text`select set_config('role', 'latchkey_tenant', true)`);
    return (await tx.execute(text`select from users`)).rowCount;
  });
  expect(await everybody).toBe(0);
  await person(elsewhere, []);
  expect(await as(elsewhere, (tx) => tx.execute(text`select from users`))).toBe(1);
});
