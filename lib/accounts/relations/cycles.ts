import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { conflict } from "#lib/core/errors.ts";
import type { Ends } from "./relation.ts";

/** Relationships are agreed on one after the other, wherever: two could close a circle that neither of them sees. */
export const lockRelationships = (tx: Db) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtext('latchkey relations'))`);

/**
 * Refuses a relationship that would close a circle, however many accounts are on it. Hold {@link lockRelationships}.
 */
export async function assertAcyclic(tx: Db, { kind, managingId, managedId }: Ends): Promise<void> {
  // The circle may lead through accounts that neither side has to do with.
  const { rows } = await asSystem(tx, (tx) =>
    tx.execute(sql`
      with recursive below(id) as (
        select ${managedId}::text
        union
        select r.managed_id from account_relations r join below on r.managing_id = below.id where r.kind = ${kind})
      select from below where id = ${managingId}`),
  );
  if (!rows.length) return;
  throw conflict("This would close a circle of accounts, each of which stands above the next.");
}
