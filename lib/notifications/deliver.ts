import { and, eq, isNotNull } from "drizzle-orm";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import { queueMail, undelivered } from "#lib/core/mail.ts";
import { noticeQueue, type QueuedForMany, type QueuedNotice } from "#lib/core/notice.ts";
import { type Db, transaction } from "#lib/db/index.ts";
import { notifications, users } from "#lib/db/schema.ts";
import { placeOf, wantedBy } from "./choices.ts";
import { type Channel, channels, events } from "./events.ts";
import { webhookQueue } from "./webhook.ts";

/** Brings notices to their channels: all in one transaction, each dropping repeats by the notice's id. */
export const noticeJob: Job<QueuedNotice | QueuedForMany> = {
  ...noticeQueue,
  deadLetter: undelivered,
  work: (notice) => ("people" in notice ? spread(notice) : deliver(notice)),
};

/** Each gets a notice of their own, which goes wrong, if it does, without those of the others. */
const spread = ({ people, ...notice }: QueuedForMany): Promise<void> =>
  transaction(async (tx) => {
    for (const { id, userId } of people) await enqueue<QueuedNotice>(tx, noticeQueue, { ...notice, userId, id }, id);
  });

function deliver(notice: QueuedNotice): Promise<void> {
  return transaction(async (tx) => {
    const [person] = await tx.select({ id: users.id }).from(users).where(eq(users.id, notice.userId)).for("key share");
    if (!person) return;
    const wanted = await wantedBy(tx, notice.userId);
    for (const channel of channels) if (wanted.has(placeOf(notice.event, channel))) await into[channel](tx, notice);
  });
}

const into: Record<Channel, (tx: Db, notice: QueuedNotice) => Promise<void>> = { mail, inbox, webhook };

async function mail(tx: Db, { id, userId, event, subject, paragraphs, button, link, ...notice }: QueuedNotice) {
  const to = notice.to ?? (await addressOf(tx, userId));
  if (!to) return;
  const { locked } = events[event];
  const why = locked
    ? `You get this because it concerns the security of your account, and it cannot be switched off. ${locked}`
    : "You get this because you asked for it. Choose what you are told of:";
  const footer = { words: why, path: locked ? undefined : "/notifications#settings" };
  await queueMail(tx, { to, userId, subject, paragraphs, button, link, footer }, id);
}

async function inbox(tx: Db, { id, userId, event, subject, paragraphs, button }: QueuedNotice) {
  const told = { id, userId, event, subject, paragraphs, path: button?.path };
  await tx.insert(notifications).values(told).onConflictDoNothing();
}

async function webhook(tx: Db, notice: QueuedNotice) {
  const isSet = and(eq(users.id, notice.userId), isNotNull(users.webhookUrl));
  const [person] = await tx.select({ id: users.id }).from(users).where(isSet);
  const { id, userId, event, subject, paragraphs, button } = notice;
  if (person) await enqueue(tx, webhookQueue, { id, userId, event, subject, paragraphs, path: button?.path }, id);
}

/** Mail goes to an address that was proven, or nowhere (I-12). */
async function addressOf(tx: Db, userId: string): Promise<string | undefined> {
  const proven = and(eq(users.id, userId), isNotNull(users.emailVerifiedAt));
  const [person] = await tx.select({ email: users.email }).from(users).where(proven);
  return person?.email;
}
