import type { Mail } from "#lib/core/mail/queue.ts";
import type { Notice } from "#lib/core/notice.ts";

/** Days between asking to be deleted and being deleted. */
export const deletionDays = 14;

/** What is told to somebody who asked to be deleted, with the way back. */
export const requested = ({ id, fullName, username }: Who, dueAt: string): Notice => ({
  userId: id,
  event: "account_deletion",
  subject: `You will be deleted on ${dayOf(dueAt)}`,
  paragraphs: [
    `Hello ${fullName},`,
    `somebody signed in as you (username ${username}) asked for you to be deleted. That happens on ${dayOf(dueAt)}; until then you can call it off with the link, or on any page of the portal after signing in.`,
    "All your sessions were ended and all your API tokens revoked.",
    "If this was not you, call it off, choose a new password, and tell an administrator of your account.",
  ],
  link: {
    userId: id,
    purpose: "keep-account",
    words: "Call it off and keep my account",
    path: "/keep-account",
    minutes: deletionDays * 1440,
  },
});

type Who = { id: string; fullName: string; username: string };

const dayOf = (iso: string) =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));

/** What is told once a deletion was called off. */
export const cancelledNotice = (userId: string): Notice => ({
  userId,
  event: "account_deletion",
  subject: "You will not be deleted",
  paragraphs: [
    "your deletion was called off. Everything stays as it is; API tokens that were revoked for it stay revoked.",
    "If this was not you, choose a new password and ask for your deletion again.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

/** What is told when the day came and nobody else could have looked after the account. */
export const stays = (userId: string): Notice => ({
  userId,
  event: "account_deletion",
  subject: "You could not be deleted",
  paragraphs: [
    "you asked to be deleted, and the day has come. But you are the last administrator of your account who can sign in, so that nobody could look after it without you. Nothing was deleted, and nothing will be by itself.",
    "Make somebody else an administrator, then ask again.",
  ],
  button: { words: "Delete my account", path: "/delete-account" },
});

/** The last mail of all. */
export const deletedNotice = (to: string, fullName: string): Mail => ({
  to,
  countedFor: null,
  subject: "You were deleted",
  paragraphs: [
    `Hello ${fullName},`,
    "as you asked 14 days ago, you were deleted: your profile, picture, sessions, tokens, second factors, notifications and settings are gone. The record of what was done in the account stays, with your former id in place of your name.",
    "This is the last mail to you.",
  ],
});
