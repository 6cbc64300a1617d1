import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";

/** Forgets tokens that ended more than 90 days ago. */
export const forgetEnded = (tx: Db) =>
  tx.delete(tokens).where(sql`coalesce(${tokens.endedAt}, ${tokens.expiresAt}) < now() - interval '90 days'`);
