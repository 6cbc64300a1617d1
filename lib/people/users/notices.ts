import { accountWords, greeting, nameForStranger } from "#lib/core/mail/names.ts";
import type { Mail } from "#lib/core/mail/queue.ts";
import type { Notice } from "#lib/core/notice.ts";

type Person = { id: string; fullName: string; username: string; email: string };

/** Hours that an invitation and a one-time password are good for (ASVS 6.4.1). */
export const initialHours = 72;

/**
 * The invitation: a link to a first password, to an address that is proven by using it. `sender` is the inviting
 * account.
 */
export const invitation = ({ id, fullName, username, email }: Person, accountName: string, sender: string): Mail => ({
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

/** What somebody is told whose profile an administrator changed; `fields` in words. */
export const profileChanged = (userId: string, fields: string[]): Notice => ({
  userId,
  event: "profile_changed",
  subject: "An administrator changed your profile",
  paragraphs: [
    `an administrator of your account changed: ${fields.join(", ")}.`,
    "If something is not as it should be, ask them.",
  ],
  button: { words: "Look at your profile", path: "/profile" },
});

/** What somebody is told who can, or can no longer, sign in; `sentence` says which and why. */
export const statusChanged = (userId: string, subject: string, sentence: string): Notice => ({
  userId,
  event: "status_changed",
  subject,
  paragraphs: [sentence, "If you think that this is wrong, ask an administrator of your account."],
});

/** What the old address is told when an administrator gave somebody another one. */
export const emailReplaced = ({ id, fullName, email }: Person, newEmail: string): Notice => ({
  userId: id,
  event: "email_changed",
  to: email,
  subject: "Your e-mail address was changed",
  paragraphs: [
    `Hello ${fullName},`,
    `an administrator of your account changed your e-mail address from ${email} to ${newEmail}. Mails go there once it is confirmed.`,
    "If this is wrong, tell them.",
  ],
});

/** What somebody is told whose webhook an administrator set or removed. */
export const webhookReplaced = (userId: string, url: string | null): Notice => ({
  userId,
  event: "webhook_changed",
  subject: "Your webhook was changed",
  paragraphs: [
    url
      ? `an administrator of your account set your webhook: it now goes to ${new URL(url).host}. Make a new signing secret to check what comes from it.`
      : "an administrator of your account removed your webhook.",
  ],
  button: { words: "Look at your webhook", path: "/notifications#settings" },
});

/** The last mail to somebody whom an administrator deleted. */
export const deleted = ({ fullName, email }: Person, accountName: string): Mail => ({
  to: email,
  countedFor: null,
  subject: "You were deleted",
  paragraphs: [
    `Hello ${fullName},`,
    `an administrator deleted your user of ${accountName}: your profile, sessions, tokens, second factors and settings are gone, and you can no longer sign in.`,
    "This is the last mail to you. If you think that this is wrong, ask them.",
  ],
});

/** What somebody is told whose password an administrator ended, with the way to a new one. */
export const resetForced = ({ id, fullName, email }: Person): Notice => ({
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
export const passwordGiven = ({ id, fullName }: Person, once: boolean): Notice => ({
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

/** What somebody is told whose API token an administrator revoked. */
export const tokenTaken = (userId: string, name: string): Notice => ({
  userId,
  event: "token_revoked",
  subject: `The API token ${name} was revoked`,
  paragraphs: [`an administrator of your account revoked your API token ${name}: whatever still uses it is refused.`],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});
