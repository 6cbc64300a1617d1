import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { type emailChanges, users } from "#db/schema/users.ts";
import { nameForStranger } from "#lib/core/mail/names.ts";
import { type Mail, queueMail } from "#lib/core/mail/queue.ts";
import type { Notice } from "#lib/core/notice.ts";

type Person = { id: string; accountId: string; username: string; fullName: string };
type Change = typeof emailChanges.$inferSelect;

/** Days in which the one who has the old address can take a change back. */
export const undoDays = 7;

/**
 * Mails the link to the new address, which has proven nothing yet, so that the mail says little of whose it is. Where
 * somebody else has proven the address, they are told instead; whoever asks learns nothing of it (I-10).
 */
export async function mailPending(tx: Db, person: Person, change: Change): Promise<void> {
  const [other] = await tx
    .select({ id: users.id })
    .from(users)
    .where(sql`lower(${users.email}) = lower(${change.newEmail}) and ${users.id} <> ${person.id}
      and ${users.emailVerifiedAt} is not null`);
  await queueMail(tx, other ? taken(change, person.accountId) : proofMail(person, change, person.accountId));
}

/** The mail with the link that proves a new address. `sender` is the account of who asked for it. */
export const proofMail = (
  { id, username }: Person,
  { id: change, newEmail, oldEmail, expiresAt, sentAt }: Change,
  sender: string,
): Mail => ({
  to: newEmail,
  countedFor: sender,
  subject: "Confirm your e-mail address",
  paragraphs: [
    newEmail === oldEmail
      ? `${named(username, newEmail)} has this address. If that is you, confirm it with the link below.`
      : `${named(username, newEmail)} wants to use this address from now on. If that is you, confirm it with the link below.`,
    "The link is good once, for 24 hours. Nothing changes before.",
    "If you know nothing of this, there is nothing to do: without the link, this address is not used.",
  ],
  link: {
    userId: id,
    purpose: "email",
    words: "Confirm this address",
    path: "/confirm-email",
    minutes: Math.round((expiresAt.getTime() - sentAt.getTime()) / 60_000),
    data: { change },
  },
});

function named(username: string, email: string): string {
  const name = username.toLowerCase() === email.toLowerCase() ? username : nameForStranger(username);
  return name === undefined ? "A user of the portal" : `The person with the username ${name}`;
}

// Counted like the mail with the link, though it goes to who proved the address: or one would learn which of them went.
const taken = ({ newEmail }: Change, sender: string): Mail => ({
  to: newEmail,
  countedFor: sender,
  subject: "This address is in use already",
  paragraphs: [
    "Somebody wanted to use this e-mail address for another user of the portal. It belongs to a user already, so nothing was changed.",
    "If it was you: sign in as the user who has the address, and give that one another address first. If it was not you, there is nothing to do.",
  ],
});

/** What the one who has the old address is told, with the way to take it back. */
export const addressChangedNotice = (
  { id, fullName }: Pick<Person, "id" | "fullName">,
  { id: change, oldEmail, newEmail }: Change,
): Notice => ({
  userId: id,
  event: "email_changed",
  to: oldEmail,
  subject: "Your e-mail address was changed",
  paragraphs: [
    `Hello ${fullName},`,
    `your e-mail address was changed from ${oldEmail} to ${newEmail}. From now on, mails go there.`,
    `If this was not you, take it back with the link, within ${undoDays} days: the old address returns, every session of yours ends, and you choose a new password.`,
  ],
  link: {
    userId: id,
    purpose: "email-undo",
    words: "This was not me: take it back",
    path: "/undo-email-change",
    minutes: undoDays * 1440,
    data: { change },
  },
});

/** What somebody is told whose old address returned. */
export const takenBack = (userId: string, email: string, endedSessions: number): Notice => ({
  userId,
  event: "email_changed",
  subject: "The change of your e-mail address was taken back",
  paragraphs: [
    `your e-mail address is ${email} again. Sessions that were ended: ${endedSessions}.`,
    "Choose a new password now: whoever changed the address could sign in. Then look through your API tokens and second factors.",
  ],
  button: { words: "Choose a new password", path: "/forgot-password" },
});
