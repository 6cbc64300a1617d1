import { and, eq, inArray, isNull, ne, or, sql } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";
import type { Db } from "#db/client.ts";
import { emailChanges, links, users } from "#db/schema/users.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { NO_ADDRESS_SUFFIX } from "#lib/notifications/undelivered/standing.ts";
import { forgetDevices } from "#lib/sign-in/devices.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";

const isSame = (column: typeof users.email | typeof emailChanges.newEmail, email: string) =>
  sql`lower(${column}) = lower(${email})`;

const pretends = (email: string) => and(isSame(users.email, email), isNull(users.emailVerifiedAt));
const waits = (email: string) => and(isSame(emailChanges.newEmail, email), isNull(emailChanges.confirmedAt));

/**
 * Locks whoever is about to have an address, and everybody who lays claim to it without having proven it: all in one
 * order, so that two who take each other's address do not wait for one another.
 */
export function lockClaimants(tx: Db, owner: string, email: string) {
  const pretenders = tx.select({ id: users.id }).from(users).where(pretends(email));
  const waiting = tx.select({ id: emailChanges.userId }).from(emailChanges).where(waits(email));
  const claim = or(eq(users.id, owner), inArray(users.id, union(pretenders, waiting)));
  return tx.select({ id: users.id }).from(users).where(claim).orderBy(users.id).for("update");
}

/**
 * An address was just proven to be its owner's: whoever else has it without having proven it, or waits for it, gives it
 * up (I-17). Their user goes on, with nothing that rests upon the address: no session, sign-in under way, known device,
 * pending change or mailed link, nor the address as a username; their id takes its place. The claimants are held
 * already.
 */
export async function releaseAddress(tx: Db, owner: string, email: string): Promise<void> {
  await dropWaiting(tx, owner, email);
  const pretenders = await tx
    .update(users)
    .set({
      email: sql`${users.id} || ${NO_ADDRESS_SUFFIX}`,
      emailSetByAdministrator: false,
      username: renamed(email),
      modifiedAt: sql`now()`,
      version: sql`${users.version} + 1`,
    })
    .where(and(ne(users.id, owner), pretends(email)))
    .returning({ id: users.id, fullName: users.fullName, username: users.username });
  for (const pretender of pretenders) await resetIdentity(tx, pretender, email);
}

const renamed = (email: string) =>
  sql`case when lower(${users.username}) = lower(${email}) then ${users.id}::text else ${users.username} end`;

async function dropWaiting(tx: Db, owner: string, email: string) {
  const others = and(ne(emailChanges.userId, owner), waits(email));
  const gone = await tx.delete(emailChanges).where(others).returning({ userId: emailChanges.userId });
  for (const { userId } of gone)
    await tx.delete(links).where(and(eq(links.userId, userId), eq(links.purpose, "email")));
}

type UnverifiedOwner = { id: string; fullName: string; username: string };

async function resetIdentity(tx: Db, pretender: UnverifiedOwner, email: string) {
  const { id } = pretender;
  await tx.delete(links).where(eq(links.userId, id));
  await tx.delete(emailChanges).where(and(eq(emailChanges.userId, id), isNull(emailChanges.confirmedAt)));
  await endEverywhere(tx, id);
  await forgetDevices(tx, id);
  await queueNotice(tx, lost(pretender, email));
}

const lost = ({ id, fullName, username }: UnverifiedOwner, email: string): Notice => ({
  userId: id,
  event: "email_changed",
  subject: "You have no e-mail address any more",
  paragraphs: [
    `Hello ${fullName},`,
    `${email} was never confirmed to be yours, and somebody else has just shown that it is theirs. It is no longer your address, and every session of yours was ended.`,
    `Sign in with the username ${username}, and give an address of your own on your profile.`,
  ],
  button: { words: "Give an address of your own", path: "/profile#email" },
});
