import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tickets } from "#db/schema/sessions.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";

/** Mints proof of a finished sign-in: 256 bits, good once, for a minute. */
export async function mintTicket(tx: Db, userId: string, factors: string[]): Promise<string> {
  const ticket = mintSecret("tkt");
  const expiresAt = sql`now() + interval '1 minute'`;
  await tx.insert(tickets).values({ userId, factors, secretHash: hashSecret(ticket), expiresAt });
  return ticket;
}

const isFresh = (ticket: string) => sql`${tickets.secretHash} = ${hashSecret(ticket)} and ${tickets.expiresAt} > now()`;

/** Whose ticket it is, as a part of a query; null when it is worth nothing. */
export const userOfTicket = (ticket: string): SQL =>
  sql`(select ${tickets.userId} from ${tickets} where ${isFresh(ticket)})`;

/** Consumes a ticket with one conditional write; undefined when it is unknown, used or too old. */
export async function takeTicket(tx: Db, ticket: string) {
  const [taken] = await tx.delete(tickets).where(isFresh(ticket)).returning();
  return taken;
}

/** Takes the worth from every ticket of a person: what they proved no longer holds. */
export const dropTickets = (tx: Db, userId: string) => tx.delete(tickets).where(eq(tickets.userId, userId));
