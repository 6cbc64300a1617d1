import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { emailChanges, users } from "#db/schema/users.ts";
import { badField, notFound, tooMany } from "#lib/core/errors.ts";
import { email, instant, wire } from "#lib/core/fields.ts";
import type { Budget } from "#lib/core/limits.ts";
import { dropLinks } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isNoAddress } from "#lib/notifications/undelivered/standing.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { mailPending } from "./mails.ts";

/** Hours that a new address has to be proven in. */
export const proofHours = 24;

/** Seconds between two mails to the same new address. */
const pause = 60;

const resendBudget: Budget = { name: "email_resend", points: 10, seconds: 3600 };

const state = z.object({
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

/** The own address, whether it was proven, and the one that is to replace it. */
export const getEmail = defineOperation({
  name: "email.get",
  summary: "Read your e-mail address, and the one that is to replace it",
  route: "GET /me/email",
  allow: "signed-in",
  input: z.strictObject({}),
  output: state,

  run: ({ actor, tx }) => readEmail(tx, actor.id),
});

/**
 * Asks to replace the own address, or to prove it. The present one stays until the new one is proven with the link
 * mailed to it. Whether somebody else has the new address is never said here: its owner is told by mail (I-10).
 */
export const changeEmail = defineOperation({
  name: "email.change",
  summary: "Change your e-mail address, or prove the one you have",
  route: "PUT /me/email",
  allow: "signed-in",
  stepUp: "in_person",
  limit: { name: "email_change", points: 10, seconds: 3600 },
  input: z
    .strictObject({
      newEmail: email.meta({ description: "The address to be proven; your present one to prove that" }),
    })
    .meta({ examples: [{ newEmail: "ada@example.org" }] }),
  output: state,
  audit: ({ actor, input }) => ({ target: actor.id, details: { newEmail: input.newEmail } }),

  async run({ actor, tx }, { newEmail }) {
    const person = await holdPerson(tx, actor.id);
    const isSame = newEmail.toLowerCase() === person.email.toLowerCase();
    if (isSame && person.emailVerifiedAt) throw badField("newEmail", "same", "This is your address already.");
    if (isSame && isNoAddress(newEmail)) throw badField("newEmail", "unusable", "Give an address of your own.");
    const lock = isSame ? undefined : person.lockedFields.email;
    if (lock !== undefined) throw badField("newEmail", "locked", `Locked: ${lock}`);
    await dropPending(tx, actor.id);
    await mailProof(tx, person, isSame ? person.email : newEmail);
    return readEmail(tx, actor.id);
  },
});

async function mailProof(tx: Db, person: Awaited<ReturnType<typeof holdPerson>>, newEmail: string) {
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

/** Mails the link to the new address once more. Refused within a minute of the mail before. */
export const resendEmail = defineOperation({
  name: "email.resend",
  summary: "Send the mail to your new address once more",
  route: "POST /me/email/resend",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  limit: resendBudget,
  input: z.strictObject({}),
  output: state,
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    const person = await holdPerson(tx, actor.id);
    const again = { sentAt: sql`now()`, expiresAt: sql`now() + ${proofHours} * interval '1 hour'` };
    const rested = sql`${emailChanges.sentAt} <= now() - ${pause} * interval '1 second'`;
    const [change] = await tx
      .update(emailChanges)
      .set(again)
      .where(and(isPending(actor.id), rested))
      .returning();
    if (!change) throw await tooSoon(tx, actor.id);
    await mailPending(tx, person, change);
    return readEmail(tx, actor.id);
  },
});

/** Gives up a change of address; its links are worth nothing any more. */
export const cancelEmail = defineOperation({
  name: "email.cancel",
  summary: "Give up a change of your e-mail address",
  route: "DELETE /me/email/pending",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    await holdPerson(tx, actor.id);
    if (!(await dropPending(tx, actor.id))) throw notFound("change of address");
    return {};
  },
});

/** Forgets the change of address that somebody began, and its links; was there one? */
export async function dropPending(tx: Db, userId: string): Promise<boolean> {
  await dropLinks(tx, userId, "email");
  const gone = await tx.delete(emailChanges).where(unconfirmed(userId)).returning({ id: emailChanges.id });
  return gone.length > 0;
}

const unconfirmed = (userId: string) => and(eq(emailChanges.userId, userId), isNull(emailChanges.confirmedAt));
const isPending = (userId: string) => and(unconfirmed(userId), sql`${emailChanges.expiresAt} > now()`);

async function tooSoon(tx: Db, userId: string) {
  const wait = sql<number>`ceil(extract(epoch from ${emailChanges.sentAt} - now()) + ${pause})::int`;
  const [change] = await tx.select({ wait }).from(emailChanges).where(isPending(userId));
  if (!change) return notFound("change of address");
  return tooMany(Math.max(1, change.wait), { name: "email_pause", limit: 1, window: pause });
}

async function readEmail(tx: Db, userId: string): Promise<z.input<typeof state>> {
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
  resendAt: wire(new Date(sentAt.getTime() + pause * 1000)),
  expiresAt: wire(expiresAt),
});

/** Forgets changes of address that were never proven in time, and those that can no longer be undone. */
export const forgetChanges = (tx: Db) =>
  tx
    .delete(emailChanges)
    .where(
      sql`case when ${emailChanges.confirmedAt} is null then ${emailChanges.expiresAt} else ${emailChanges.undoUntil} end < now()`,
    );
