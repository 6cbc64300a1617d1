import { type SQL, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import type { SealContext } from "#lib/core/crypto/box.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { env } from "#lib/env.ts";

type SealedColumn = { table: string; field: string; account?: SQL };

/**
 * Every column that is sealed under `ENCRYPTION_KEYS` themselves. What is sealed under an account's data keys follows
 * them: it is the keys that are wrapped anew.
 */
export const sealedColumns: SealedColumn[] = [
  { table: "data_keys", field: "wrapped" },
  { table: "authenticators", field: "secret", account: sql`(select u.account_id from users u where u.id = t.user_id)` },
  { table: "users", field: "webhook_secret" },
  { table: "tokens", field: "sealed_secret" },
  { table: "customer_keys", field: "sealed_key" },
  { table: "api_user_tokens", field: "sealed_secret" },
];

/** What came of it: how many secrets are under the newest key since, and which could not be opened. */
export type Rotated = { key: string; resealed: number; lost: SealContext[] };

const atOnce = 500;
const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Seals everything under the first of `ENCRYPTION_KEYS` that is not yet, in batches that each commit, so that it can be
 * stopped at any time and run again, while what is sealed is read. What no key opens stays as it is, and is named.
 */
export async function rotateKeys(batch = atOnce): Promise<Rotated> {
  const [newest] = env().ENCRYPTION_KEYS ?? [];
  if (!newest) throw new Error("ENCRYPTION_KEYS is not set");
  const done: Rotated = { key: newest.id, resealed: 0, lost: [] };
  for (const column of sealedColumns) {
    let last: string | undefined = NIL_UUID;
    while (last) last = await transaction((tx) => resealBatch(tx, column, String(last), batch, done));
  }
  return done;
}

type SealedRow = { id: string; account: string; sealed: Buffer };

/** Seals some rows anew; the last one's id, or nothing when there are no more. */
async function resealBatch(tx: Db, column: SealedColumn, after: string, batch: number, done: Rotated) {
  const rows = await rowsUnderOthers(tx, column, after, batch, done.key);
  const anew = rows.flatMap(({ id, account, sealed }) => {
    const context = { table: column.table, field: column.field, row: id, account };
    const secret = openedOr(context, sealed, done);
    return secret === undefined ? [] : [{ id, sealed: seal(context, secret) }];
  });
  if (anew.length) await write(tx, column, anew);
  done.resealed += anew.length;
  return rows.at(-1)?.id;
}

async function rowsUnderOthers(
  tx: Db,
  { table, field, account }: SealedColumn,
  after: string,
  batch: number,
  key: string,
) {
  const column = sql`t.${sql.identifier(field)}`;
  const { rows } = await tx.execute<SealedRow>(sql`
    select t.id, ${account ?? sql`t.account_id`} as account, ${column} as sealed
    from ${sql.identifier(table)} t
    where ${column} is not null and t.id > ${after}
      and convert_from(substring(${column} from 3 for get_byte(${column}, 1)), 'UTF8') <> ${key}
    order by t.id limit ${batch} for update of t`);
  return rows;
}

function openedOr(context: SealContext, sealed: Buffer, done: Rotated): string | undefined {
  try {
    return unseal(context, sealed);
  } catch {
    done.lost.push(context);
  }
}

async function write(tx: Db, { table, field }: SealedColumn, rows: { id: string; sealed: Buffer }[]) {
  const ids = rows.map(({ id }) => id);
  const sealed = rows.map((row) => row.sealed.toString("hex"));
  await tx.execute(sql`
    update ${sql.identifier(table)} t set ${sql.identifier(field)} = decode(anew.sealed, 'hex')
    from unnest(${sql.param(ids)}::uuid[], ${sql.param(sealed)}::text[]) anew (id, sealed) where t.id = anew.id`);
}
