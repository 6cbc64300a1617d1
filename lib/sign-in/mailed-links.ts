import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Budget } from "#lib/core/limits.ts";

/** Tries of one address at links from mails, whatever they open. */
export const linkBudget: Budget = { name: "link", points: 60, seconds: 900 };

/** What an operation takes that a link from a mail opens. */
export const linkInput = z.strictObject({
  link: z.string().max(100).meta({ description: "The last part of the link in the mail" }),
});

/** Whose link it is, for the one who holds it. */
export const linkOwner = z.object({ id: z.uuid(), accountId: z.string(), username: z.string() });

/** The link is unknown, used up or too old; which of these is nobody's business. */
export const linkOver = () => new Refusal("link_expired");

/** The person a link was made for. */
export async function userOfMailedLink(db: Db, id: string) {
  const { username, fullName, email, accountId } = users;
  const [person] = await db
    .select({ id: users.id, username, fullName, email, accountId, accountName: accounts.name })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, id));
  if (!person) throw linkOver();
  return person;
}

/** The person first, then what is theirs: in the order of whatever else ends their links and sessions. */
export async function holdPerson(tx: Db, id: string) {
  const [person] = await tx.select().from(users).where(eq(users.id, id)).for("update");
  if (!person) throw linkOver();
  return person;
}
