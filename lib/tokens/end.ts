import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";

type TokenEnd = {
  reason: NonNullable<typeof tokens.$inferSelect.endedReason>;
  /** The user who ended it; absent when nobody did. */
  by?: string;
  /** When it ended; absent: now. */
  at?: SQL | typeof tokens.expiresAt;
};

/**
 * Ends the tokens that match, at once and for good, and answers their rows. The sealed copy of a secret goes in the same
 * statement, whatever ended the token (I-48).
 */
export const endTokens = (tx: Db, which: SQL | undefined, { reason, by, at = sql`now()` }: TokenEnd) =>
  tx
    .update(tokens)
    .set({ endedAt: at, endedBy: by ?? null, endedReason: reason, sealedSecret: null })
    .where(which)
    .returning();
