import { and, eq, isNotNull } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import type { QueuedNotice } from "#lib/core/notice.ts";
import { events } from "./events.ts";

/** Mails a notice: to the person's own address if they proved it, to the one it names, or nowhere (I-12). */
export async function mailNotice(tx: Db, notice: QueuedNotice): Promise<void> {
  const { id, userId, event, subject, paragraphs, button, link } = notice;
  const to = notice.to ?? (await addressOf(tx, userId));
  if (!to) return;
  const { locked } = events[event];
  const why = locked
    ? `You get this because it concerns the security of your account, and it cannot be switched off. ${locked}`
    : "You get this because you asked for it. Choose what you are told of:";
  const footer = { words: why, path: locked ? undefined : "/notifications#settings" };
  await queueMail(tx, { to, countedFor: null, userId, subject, paragraphs, button, link, footer }, id);
}

async function addressOf(tx: Db, userId: string): Promise<string | undefined> {
  const proven = and(eq(users.id, userId), isNotNull(users.emailVerifiedAt));
  const [person] = await tx.select({ email: users.email }).from(users).where(proven);
  return person?.email;
}
