import { count, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Db } from "#db/client.ts";
import { Refusal } from "./errors.ts";

/**
 * Refuses `limit_reached` where a table holds as many rows of an owner as it may. Lock the owner's row first: else two
 * that come together both take the last place.
 */
export async function assertQuota(tx: Db, table: PgTable, which: SQL | undefined, max: number, message: string) {
  const [found] = await tx.select({ count: count() }).from(table).where(which);
  if (Number(found?.count) >= max) throw new Refusal("limit_reached", message);
}
