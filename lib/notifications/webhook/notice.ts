import type { Actor } from "#lib/core/actor.ts";
import type { Notice } from "#lib/core/notice.ts";

export const webhookNotice = ({ id, fullName }: Actor, what: string): Notice => ({
  userId: id,
  event: "webhook_changed",
  subject: "Your webhook was changed",
  paragraphs: [`Hello ${fullName},`, what, "If this was not you, tell an administrator of your account at once."],
  button: { words: "Look at your webhook", path: "/notifications#webhook" },
});
