import { desc, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { auditChecks, auditSeals } from "#db/schema/audit.ts";
import { wire } from "#lib/core/fields.ts";

/** Where an entry stands in the chain; null until it is sealed. */
export async function linkOf(tx: Db, entryId: number) {
  const [seal] = await tx.select().from(auditSeals).where(eq(auditSeals.entryId, entryId));
  return seal ? shown(seal) : null;
}

/** The last link of the chain, and what came of looking at it last. */
export async function chainState(tx: Db) {
  const [seal] = await tx.select().from(auditSeals).orderBy(desc(auditSeals.position)).limit(1);
  const [check] = await tx.select().from(auditChecks).orderBy(desc(auditChecks.id)).limit(1);
  return {
    sealed: seal ? { ...shown(seal), entryId: seal.entryId } : null,
    verified: check ? verified(check) : null,
  };
}

const shown = ({ position, hash, sealedAt }: typeof auditSeals.$inferSelect) => ({
  position,
  sha256: hash.toString("hex"),
  sealedAt: wire(sealedAt),
});

const verified = ({ at, position, entryId, hash, brokenPosition, problem }: typeof auditChecks.$inferSelect) => ({
  at: wire(at),
  position,
  entryId,
  sha256: hash.toString("hex"),
  brokenAt: brokenPosition,
  problem,
});
