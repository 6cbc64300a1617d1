import { and, eq, isNotNull } from "drizzle-orm";
import type { Job } from "#lib/core/jobs.ts";
import { queueMail } from "#lib/core/mail.ts";
import { type Notice, noticeQueue } from "#lib/core/notice.ts";
import { type Db, transaction } from "#lib/db/index.ts";
import { notifications, users } from "#lib/db/schema.ts";

/** Brings notices to their channels: each in the same transaction as all others, dropping repeats by its id. */
export const noticeJob: Job<Notice & { id: string }> = { ...noticeQueue, work: deliver };

function deliver(notice: Notice & { id: string }): Promise<void> {
  return transaction(async (tx) => {
    const isNew = await intoInbox(tx, notice);
    const to = notice.to ?? (await addressOf(tx, notice.userId));
    const { id, subject, paragraphs, button, link } = notice;
    if (isNew && to) await queueMail(tx, { to, subject, paragraphs, button, link }, id);
  });
}

/** False for a notice that was delivered before, or whose person is gone. */
async function intoInbox(tx: Db, { id, userId, event, subject, paragraphs, button }: Notice & { id: string }) {
  const [person] = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId));
  if (!person) return false;
  const made = await tx
    .insert(notifications)
    .values({ id, userId, event, subject, paragraphs, path: button?.path })
    .onConflictDoNothing()
    .returning({ id: notifications.id });
  return made.length > 0;
}

/** Mail goes to an address that was proven, or nowhere (I-12). */
async function addressOf(tx: Db, userId: string): Promise<string | undefined> {
  const proven = and(eq(users.id, userId), isNotNull(users.emailVerifiedAt));
  const [person] = await tx.select({ email: users.email }).from(users).where(proven);
  return person?.email;
}
