import { sql } from "drizzle-orm";
import { hashSecret, mintSecret } from "#lib/core/secrets.ts";
import type { Db } from "#lib/db/index.ts";
import { tickets } from "#lib/db/schema.ts";

/** Mints proof of a finished sign-in: 256 bits, good once, for a minute. */
export async function mintTicket(tx: Db, userId: string, factors: string[]): Promise<string> {
  const ticket = mintSecret("tkt");
  const expiresAt = sql`now() + interval '1 minute'`;
  await tx.insert(tickets).values({ userId, factors, secretHash: hashSecret(ticket), expiresAt });
  return ticket;
}

/** Consumes a ticket with one conditional write; undefined when it is unknown, used or too old. */
export async function takeTicket(tx: Db, ticket: string) {
  const fresh = sql`${tickets.secretHash} = ${hashSecret(ticket)} and ${tickets.expiresAt} > now()`;
  const [taken] = await tx.delete(tickets).where(fresh).returning();
  return taken;
}
