import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { env } from "#lib/env.ts";
import { LazyTransaction } from "./lazy-transaction.ts";
import { TenantReader } from "./tenant-reader.ts";

/** A database or a transaction in it, whichever an operation was given. */
export type Db = NodePgDatabase<Record<string, never>>;

type Pools = { primary: pg.Pool; reader: pg.Pool; counters: pg.Pool; write: Db; read: Db };

/**
 * Where the database is. `readUrl` may be a replica; it serves only reads of operations that do not write.
 * `patience` multiplies every wait for it, for machines too busy for the usual second.
 */
export type Where = { url: string; readUrl?: string; patience?: number };

const shared = globalThis as { latchkeyPools?: Pools };
// The database gives up a statement by itself; when not even that is heard from it, this side does.
const waits = (patience: number) => ({
  statement_timeout: 2000 * patience,
  query_timeout: 2500 * patience,
  connectionTimeoutMillis: 1000 * patience,
});
const limits = { idleTimeoutMillis: 30_000, keepAlive: true, application_name: "latchkey" };
// A page of a list is too small to be worth the start of parallel workers, and takes no more than its share of the
// cores.
const readOnly = "-c default_transaction_read_only=on -c max_parallel_workers_per_gather=0";
const unhurried = "-c synchronous_commit=off";

/** Opens the pools of this process. The copy of `lib/` that Next bundles uses the same ones. */
export function openPools({ url, readUrl, patience = 1 }: Where): void {
  const primary = open({ ...waits(patience), connectionString: url, max: 20 });
  const reader = open({ ...waits(patience), connectionString: readUrl ?? url, max: 10, options: readOnly });
  const counters = open({ ...waits(patience), connectionString: url, max: 5, options: unhurried });
  shared.latchkeyPools = { primary, reader, counters, write: drizzle(primary), read: drizzle(reader) };
}

function open(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...limits, ...config });
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on("error", () => {});
  return pool;
}

/** Ends every connection, after the statements under way. */
export async function closePools(): Promise<void> {
  const pools = shared.latchkeyPools;
  shared.latchkeyPools = undefined;
  await Promise.all([pools?.primary.end(), pools?.reader.end(), pools?.counters.end()]);
}

function pools(): Pools {
  const url = env().DATABASE_URL;
  if (!shared.latchkeyPools && url) openPools({ url, readUrl: env().DATABASE_READ_URL });
  if (!shared.latchkeyPools) throw new Error("The database is not open: call openPools first");
  return shared.latchkeyPools;
}

/** The primary, outside a transaction: for every question of who is asking and whether they may. */
export const primary = (): Db => pools().write;

/** The read-only pool: Postgres itself refuses a write here. */
export const reader = (): Db => pools().read;

/** The primary's raw pool, for prepared statements on the hot path and for libraries that bring their own SQL. */
export const primaryPool = (): pg.Pool => pools().primary;

/**
 * The primary too, for counting what was spent of budgets: the count holds on every replica at once, but does not
 * wait for the disk. When Postgres itself is killed, the last fraction of a second of counting may be forgotten.
 */
export const counterPool = (): pg.Pool => pools().counters;

/**
 * Runs work in one transaction of the primary: all of it commits, or none. It begins with the first
 * statement, so that work before that (hashing a password) holds no connection.
 */
export async function transaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
  return committed(new LazyTransaction(pools().primary), work);
}

async function committed<T>(client: LazyTransaction, work: (tx: Db) => Promise<T>): Promise<T> {
  try {
    const result = await work(over(client));
    await client.commit();
    return result;
  } catch (error) {
    await client.rollback();
    throw error;
  }
}

/**
 * Runs a part of a transaction with the rows of these accounts alone: Postgres shows no others, whatever a query
 * forgets to ask for, and takes no others (row-level security). It holds for the statements of the `tx` that `work` is
 * given, whatever runs beside them. Account ids are digits.
 */
export async function withTenant<T>(tx: Db, accountIds: string[], work: (tx: Db) => Promise<T>): Promise<T> {
  const { $client } = tx as Db & { $client: Client };
  if (!$client.seeing) throw new Error("only a transaction can be bound to accounts");
  return work(over($client.seeing(accountIds.join(","))));
}

/**
 * Within {@link withTenant}, for the little that concerns two accounts (an agreement, its entry in the other's log):
 * the `tx` that `work` is given sees and takes all rows; the one outside stays bound. Each query in it has to name the
 * accounts it is about.
 */
export async function asSystem<T>(tx: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  const { $client } = tx as Db & { $client: Client };
  return work($client.seeing ? over($client.seeing(null)) : tx);
}

/** A client that can be bound to accounts, by commas, or to none. A pool is bound to none. */
type Client = { seeing?(accounts: string | null): object };

const over = (client: object): Db => drizzle(client as pg.PoolClient);

/** As {@link withTenant}, for reading: each statement by itself, in a read-only transaction of the read-only pool. */
export async function readAsTenant<T>(accountIds: string[], work: (tx: Db) => Promise<T>): Promise<T> {
  return work(over(new TenantReader(pools().reader, accountIds)));
}
