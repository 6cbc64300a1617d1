import type { Mail } from "#lib/core/mail/queue.ts";
import type { Notice } from "#lib/core/notice.ts";

export type NotifiedUser = { id: string; fullName: string; username: string; email: string };

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
export const emailReplaced = ({ id, fullName, email }: NotifiedUser, newEmail: string): Notice => ({
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
export const deleted = ({ fullName, email }: NotifiedUser, accountName: string): Mail => ({
  to: email,
  countedFor: null,
  subject: "You were deleted",
  paragraphs: [
    `Hello ${fullName},`,
    `an administrator deleted your user of ${accountName}: your profile, sessions, tokens, second factors and settings are gone, and you can no longer sign in.`,
    "This is the last mail to you. If you think that this is wrong, ask them.",
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
