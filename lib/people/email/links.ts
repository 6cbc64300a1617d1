import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { emailChanges, users } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { breaks, conflict, Refusal } from "#lib/core/errors.ts";
import { dropLinks, type LinkPurpose, lookAtLink, takeLink } from "#lib/core/links.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { forgetDevices } from "#lib/sign-in/devices.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { holdPerson, linkBudget, linkInput, linkOver, linkOwner, userOfMailedLink } from "#lib/sign-in/mailed-links.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { addressChangedNotice, takenBack, undoDays } from "./mails.ts";
import { dropPending } from "./operations.ts";
import { lockClaimants, releaseAddress } from "./reclaim-address.ts";

const seen = z.object({
  user: linkOwner.nullable().meta({ description: "Whose address it is; null when the link is used up or too old" }),
  oldEmail: z.string().nullable(),
  newEmail: z.string().nullable(),
});

/** Looks at a link that proves an address, without using it up. */
export const checkEmail = defineOperation({
  name: "email.check",
  summary: "Ask what a link to confirm an e-mail address is for",
  route: "POST /me/email/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: seen,
  audit: notAudited,

  run: ({ tx }, { link }) => look(tx, "email", link),
});

/**
 * Proves an address with the link mailed to it, for whoever asked for it and is signed in: the mailbox alone is not
 * enough (I-14). It replaces the one before, which is told and can be returned to for seven days. Refuses `forbidden`
 * to anybody else, `link_expired`, and `conflict` where somebody else has proven the address by now; who has it
 * unproven gives way.
 */
export const confirmEmail = defineOperation({
  name: "email.confirm",
  summary: "Confirm an e-mail address with the link mailed to it",
  route: "POST /me/email/confirm",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({ user: linkOwner, email: z.string() }),
  audit: ({ output }) => ({ target: output.user.id, details: { email: output.email } }),

  async run({ actor, tx }, { link }) {
    const { person, change } = await take(tx, "email", link);
    if (person.id !== actor.id) throw anothers(person);
    await setEmail(tx, person.id, change.newEmail);
    await dropLinks(tx, person.id, "email");
    // A reset that was mailed to the old address is no business of whoever reads that one later.
    await dropLinks(tx, person.id, "reset");
    const isOther = change.newEmail !== person.email;
    const undoUntil = sql`now() + ${isOther ? undoDays : 0} * interval '1 day'`;
    const kept = { confirmedAt: sql`now()`, oldEmail: person.email, undoUntil };
    const [done] = await tx.update(emailChanges).set(kept).where(eq(emailChanges.id, change.id)).returning();
    // Only an address that was proven has a say (I-17).
    if (done && isOther && person.emailVerifiedAt) await queueNotice(tx, addressChangedNotice(person, done));
    return { user: person, email: change.newEmail };
  },
});

/** Looks at a link that takes a change of address back, without using it up. */
export const checkUndo = defineOperation({
  name: "email.check_undo",
  summary: "Ask what a link to take back a change of address is for",
  route: "POST /me/email/undo/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: seen,
  audit: notAudited,

  run: ({ tx }, { link }) => look(tx, "email-undo", link),
});

/**
 * Takes a change of address back: the old one returns, whatever it was changed to since; everything that whoever
 * changed it may hold ends: sessions, sign-ins under way, known devices, and every link mailed meanwhile.
 */
export const undoEmail = defineOperation({
  name: "email.undo",
  summary: "Take back a change of your e-mail address with the link mailed to the old one",
  route: "POST /me/email/undo",
  allow: "anyone",
  idempotencyKey: true,
  endsOwn: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({ user: linkOwner, email: z.string(), endedSessions: z.int() }),
  audit: ({ output }) => ({
    actor: output.user,
    target: output.user.id,
    details: { email: output.email, endedSessions: output.endedSessions },
  }),
  notify: ({ output }) => takenBack(output.user.id, output.email, output.endedSessions),

  async run({ tx }, { link }) {
    const { person, change } = await take(tx, "email-undo", link);
    await setEmail(tx, person.id, change.oldEmail);
    await dropPending(tx, person.id);
    for (const purpose of ["email-undo", "reset"] as const) await dropLinks(tx, person.id, purpose);
    await tx.update(emailChanges).set({ undoUntil: sql`now()` }).where(eq(emailChanges.userId, person.id));
    const endedSessions = await endEverywhere(tx, person.id);
    await forgetDevices(tx, person.id);
    return { user: person, email: change.oldEmail, endedSessions };
  },
});

const anothers = ({ username }: { username: string }) =>
  new Refusal("forbidden", `This link is for the user ${username}. Sign in as that one, and open it again.`);

type Purpose = Extract<LinkPurpose, "email" | "email-undo">;

/** The change that a link was made for, as long as the link's purpose fits what became of the change. */
const fitting = (purpose: Purpose, id: string | undefined, userId: string) =>
  and(
    sql`${emailChanges.id}::text = ${id ?? ""}`,
    eq(emailChanges.userId, userId),
    purpose === "email" ? isNull(emailChanges.confirmedAt) : isNotNull(emailChanges.confirmedAt),
    purpose === "email" ? sql`${emailChanges.expiresAt} > now()` : sql`${emailChanges.undoUntil} > now()`,
  );

async function look(tx: Db, purpose: Purpose, secret: string): Promise<z.output<typeof seen>> {
  const link = await lookAtLink(tx, purpose, secret);
  const change = link && (await changeOf(tx, purpose, link));
  if (!change) return { user: null, oldEmail: null, newEmail: null };
  return { user: await userOfMailedLink(tx, change.userId), oldEmail: change.oldEmail, newEmail: change.newEmail };
}

/** Uses a link up, with its person, the change, and everybody else who claims the address held. */
async function take(tx: Db, purpose: Purpose, secret: string) {
  const link = await lookAtLink(primary(), purpose, secret);
  const asked = link && (await changeOf(primary(), purpose, link));
  if (!asked) throw linkOver();
  await lockClaimants(tx, link.userId, purpose === "email" ? asked.newEmail : asked.oldEmail);
  const person = await holdPerson(tx, link.userId);
  const change = (await takeLink(tx, purpose, secret)) && (await changeOf(tx, purpose, link));
  if (!change) throw linkOver();
  return { person, change };
}

async function changeOf(db: Db, purpose: Purpose, { userId, data }: { userId: string; data: Record<string, string> }) {
  const [change] = await db
    .select()
    .from(emailChanges)
    .where(fitting(purpose, data.change, userId));
  return change;
}

async function setEmail(tx: Db, userId: string, email: string) {
  await releaseAddress(tx, userId, email);
  const proven = { email, emailVerifiedAt: sql`now()`, emailSetByAdministrator: false };
  const changed = { ...proven, modifiedAt: sql`now()`, version: sql`${users.version} + 1` };
  const rows = tx.update(users).set(changed).where(eq(users.id, userId)).returning({ accountId: users.accountId });
  const [person] = await rows.catch(emailTaken);
  if (person) await accessChanged(tx, person);
}

function emailTaken(error: unknown): never {
  if (!breaks("users_email_once", error)) throw error;
  throw conflict("Another user of this portal has this address by now. Nothing was changed; ask an administrator.");
}
