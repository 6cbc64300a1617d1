import { and, eq, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { links, users } from "#db/schema/users.ts";
import { hashSecret, mintSecret } from "./crypto/secrets.ts";

/** What a link in a mail opens. */
export type LinkPurpose = "reset" | "invitation" | "email" | "email-undo" | "not-me" | "keep-account";

/**
 * A link to be made when its mail is sent. It leads to `path`, with the secret as its last part; `data` says what it
 * was made for and is never a secret.
 */
export type LinkOrder = {
  userId: string;
  purpose: LinkPurpose;
  words: string;
  path: string;
  minutes: number;
  data?: Record<string, string>;
};

/**
 * Makes the link of a mail; its path on the portal, or undefined when the person is gone by now. A repeat of the mail
 * takes the worth from the link before.
 */
export function mintLink(mailId: string, order: LinkOrder): Promise<string | undefined> {
  const { userId, purpose, path, minutes, data } = order;
  const secret = mintSecret("lnk");
  return transaction(async (tx) => {
    if (!(await isThere(tx, userId))) return undefined;
    await tx.delete(links).where(eq(links.mailId, mailId));
    const expiresAt = sql`now() + ${minutes} * interval '1 minute'`;
    await tx.insert(links).values({ userId, purpose, mailId, data, secretHash: hashSecret(secret), expiresAt });
    return `${path}/${secret}`;
  });
}

/** Held until the transaction ends, so that they cannot go in between. */
async function isThere(tx: Db, userId: string): Promise<boolean> {
  const found = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("key share");
  return found.length > 0;
}

const isGood = (purpose: LinkPurpose, secret: string) =>
  and(eq(links.secretHash, hashSecret(secret)), eq(links.purpose, purpose), sql`${links.expiresAt} > now()`);

/** What a link was made for, without using it up; undefined when it is unknown, used or too old. */
export async function lookAtLink(db: Db, purpose: LinkPurpose, secret: string) {
  const [link] = await db.select().from(links).where(isGood(purpose, secret));
  return link;
}

/** Uses a link up with one conditional write; undefined when it is unknown, used or too old. */
export async function takeLink(tx: Db, purpose: LinkPurpose, secret: string) {
  const [link] = await tx.delete(links).where(isGood(purpose, secret)).returning();
  return link;
}

/** Takes the worth from every link of a person for one purpose. */
export const dropLinks = (tx: Db, userId: string, purpose: LinkPurpose) =>
  tx.delete(links).where(and(eq(links.userId, userId), eq(links.purpose, purpose)));
