import { eq } from "drizzle-orm";
import type { Db } from "#lib/db/index.ts";
import { challenges, sessions, tickets } from "#lib/db/schema.ts";

/** Ends every session of a person, and every sign-in under way: at once, everywhere. Answers how many sessions ended. */
export async function endEverywhere(tx: Db, userId: string): Promise<number> {
  await tx.delete(challenges).where(eq(challenges.userId, userId));
  await tx.delete(tickets).where(eq(tickets.userId, userId));
  const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
  return ended.length;
}
