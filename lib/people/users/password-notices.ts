import { accountWords, greeting, nameForStranger } from "#lib/core/mail/names.ts";
import type { Mail } from "#lib/core/mail/queue.ts";
import type { Notice } from "#lib/core/notice.ts";
import type { NotifiedUser } from "./notices.ts";

/** Hours that an invitation and a one-time password are good for (ASVS 6.4.1). */
export const initialHours = 72;

/**
 * The invitation: a link to a first password, to an address that is proven by using it. `sender` is the inviting
 * account.
 */
export const invitation = (
  { id, fullName, username, email }: NotifiedUser,
  accountName: string,
  sender: string,
): Mail => ({
  to: email,
  countedFor: sender,
  subject: `You are invited to ${accountWords(accountName)}`,
  paragraphs: [
    greeting(fullName),
    `you were made a user of ${accountWords(accountName)}. ${signsInAs(username, email)} Choose a password with the link below, then sign in.`,
    `The link is good once, for ${initialHours} hours. After that, an administrator can send you another one.`,
    "If you know nothing of this, there is nothing to do: nobody can sign in with your address without the link.",
  ],
  link: {
    userId: id,
    purpose: "invitation",
    words: "Choose a password",
    path: "/invitation",
    minutes: initialHours * 60,
    data: { email },
  },
});

/** Signing in takes the address as well, so that a name which looks like that of a page can be left out. */
function signsInAs(username: string, email: string): string {
  const name = username.toLowerCase() === email.toLowerCase() ? username : nameForStranger(username);
  return name === undefined ? "You sign in with this e-mail address." : `Your username is ${name}.`;
}

/** What somebody is told whose password an administrator ended, with the way to a new one. */
export const resetForced = ({ id, fullName, email }: NotifiedUser): Notice => ({
  userId: id,
  event: "password_reset",
  subject: "Choose a new password",
  paragraphs: [
    greeting(fullName),
    "an administrator of your account ended your password: it no longer opens anything, and your sessions were ended.",
    `Choose a new one with the link below. It is good once, for ${initialHours} hours; after that, ask for another one on the sign-in page. If you have a second factor, you will still need it.`,
  ],
  link: {
    userId: id,
    purpose: "reset",
    words: "Choose a new password",
    path: "/reset-password",
    minutes: initialHours * 60,
    data: { email },
  },
});

/**
 * What somebody is told to whom an administrator handed another password; `once` when it must be replaced at its first
 * use.
 */
export const passwordGiven = ({ id, fullName }: NotifiedUser, once: boolean): Notice => ({
  userId: id,
  event: "password_reset",
  subject: "An administrator set your password",
  paragraphs: [
    `Hello ${fullName},`,
    once
      ? `an administrator of your account gave you a one-time password. It is good for ${initialHours} hours, and you replace it by one of your own when you sign in with it.`
      : "an administrator of your account set a new password for you.",
    "The password before is worth nothing any more, and your sessions were ended. If you know nothing of this, ask them.",
  ],
});
