import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { challenges, sessions } from "#db/schema/sessions.ts";
import { dropTickets } from "./tickets.ts";

/**
 * Ends every session of a person, and every sign-in under way: at once, everywhere. Answers how many sessions ended.
 */
export async function endEverywhere(tx: Db, userId: string): Promise<number> {
  await dropSignIns(tx, userId);
  const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
  return ended.length;
}

/** Ends every sign-in of a person that is under way: what was proven in it no longer holds. */
export async function dropSignIns(tx: Db, userId: string): Promise<void> {
  await tx.delete(challenges).where(eq(challenges.userId, userId));
  await dropTickets(tx, userId);
}
