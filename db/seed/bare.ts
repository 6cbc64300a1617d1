import type { Client } from "pg";

/**
 * Does work on tables that, within the transaction, have no indexes beside their keys, no foreign keys and no triggers,
 * and gives them all back: for filling them, building each at once is several times quicker than keeping it up row by
 * row. Foreign keys are checked when they come back; what triggers would have refused or filled in, the work has to see
 * to. Nobody else reads the tables meanwhile.
 */
export async function withBareTables(client: Client, tables: string[], work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ drop: string; create: string }>(parts, [tables]);
  await client.query("set local maintenance_work_mem = '128MB'");
  const switching = (how: string) => tables.map((table) => `alter table ${table} ${how} trigger user`);
  await all(client, [...rows.map(({ drop }) => drop), ...switching("disable")]);
  await work();
  await all(client, [...rows.map(({ create }) => create), ...switching("enable")]);
}

async function all(client: Client, statements: string[]) {
  for (const statement of statements) await client.query(statement);
}

const parts = `
  select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as create
  from pg_index i where i.indrelid = any($1::regclass[])
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
  union all
  select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname),
    format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
  from pg_constraint c where c.conrelid = any($1::regclass[]) and c.contype = 'f'`;
