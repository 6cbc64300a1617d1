import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { emailChanges, users } from "#db/schema/users.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { dropLinks } from "#lib/core/links.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { mailPending } from "./mails.ts";

/** Hours that a new address has to be proven in. */
export const proofHours = 24;

/** Seconds between two mails to the same new address. */
export const resendPause = 60;

export const state = z.object({
  email: z.string(),
  verifiedAt: instant.nullable().meta({ description: "When the address was proven; null gives it no rights" }),
  pending: z
    .object({
      newEmail: z
        .string()
        .meta({ description: "The address to be proven; the present one when that was never proven" }),
      sentAt: instant,
      resendAt: instant.meta({ description: "From when another mail may be asked for" }),
      expiresAt: instant,
    })
    .nullable(),
});

export async function mailProof(tx: Db, person: Awaited<ReturnType<typeof holdPerson>>, newEmail: string) {
  const expiresAt = sql`now() + ${proofHours} * interval '1 hour'`;
  const change = { userId: person.id, oldEmail: person.email, newEmail, expiresAt };
  const [made] = await tx.insert(emailChanges).values(change).returning();
  if (made) await mailPending(tx, person, made);
}

/** Mails somebody who is new here a link that proves their address. */
export const askForProof = async (tx: Db, userId: string) => {
  const person = await holdPerson(tx, userId);
  await mailProof(tx, person, person.email);
};

/** Forgets the change of address that somebody began, and its links; was there one? */
export async function dropPending(tx: Db, userId: string): Promise<boolean> {
  await dropLinks(tx, userId, "email");
  const gone = await tx.delete(emailChanges).where(unconfirmed(userId)).returning({ id: emailChanges.id });
  return gone.length > 0;
}

const unconfirmed = (userId: string) => and(eq(emailChanges.userId, userId), isNull(emailChanges.confirmedAt));

export const isPending = (userId: string) => and(unconfirmed(userId), sql`${emailChanges.expiresAt} > now()`);

export async function readEmail(tx: Db, userId: string): Promise<z.input<typeof state>> {
  const [person] = await tx
    .select({ email: users.email, verifiedAt: users.emailVerifiedAt })
    .from(users)
    .where(eq(users.id, userId));
  if (!person) throw notFound("user");
  const [change] = await tx.select().from(emailChanges).where(isPending(userId));
  return { email: person.email, verifiedAt: wire(person.verifiedAt), pending: change ? wirePending(change) : null };
}

const wirePending = ({ newEmail, sentAt, expiresAt }: typeof emailChanges.$inferSelect) => ({
  newEmail,
  sentAt: wire(sentAt),
  resendAt: wire(new Date(sentAt.getTime() + resendPause * 1000)),
  expiresAt: wire(expiresAt),
});

/** Forgets changes of address that were never proven in time, and those that can no longer be undone. */
export const forgetChanges = (tx: Db) =>
  tx
    .delete(emailChanges)
    .where(
      sql`case when ${emailChanges.confirmedAt} is null then ${emailChanges.expiresAt} else ${emailChanges.undoUntil} end < now()`,
    );
