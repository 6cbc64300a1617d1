import { and, eq, isNotNull } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { notifications } from "#db/schema/notifications.ts";
import { users } from "#db/schema/users.ts";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import { undelivered } from "#lib/core/mail/queue.ts";
import { noticeQueue, type QueuedForMany, type QueuedNotice } from "#lib/core/notice.ts";
import { slotOf, wantedBy } from "./choices.ts";
import { type Channel, channels } from "./events.ts";
import { mailOrFold } from "./folding.ts";
import { type WebhookCall, webhookQueue } from "./webhook/calls.ts";

/** Brings notices to their channels: all in one transaction, each dropping repeats by the notice's id. */
export const noticeJob: Job<QueuedNotice | QueuedForMany> = {
  ...noticeQueue,
  deadLetter: undelivered,
  turns: { all: 20, part: 2 },
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
    for (const channel of channels) if (wanted.has(slotOf(notice.event, channel))) await into[channel](tx, notice);
  });
}

const into: Record<Channel, (tx: Db, notice: QueuedNotice) => Promise<void>> = {
  mail: mailOrFold,
  inbox,
  webhook,
};

async function inbox(tx: Db, { id, userId, event, subject, paragraphs, button }: QueuedNotice) {
  const told = { id, userId, event, subject, paragraphs, path: button?.path };
  await tx.insert(notifications).values(told).onConflictDoNothing();
}

async function webhook(tx: Db, notice: QueuedNotice) {
  const isSet = and(eq(users.id, notice.userId), isNotNull(users.webhookUrl));
  const [person] = await tx.select({ accountId: users.accountId }).from(users).where(isSet);
  const { id, userId, event, subject, paragraphs, button } = notice;
  const told = { id, userId, event, subject, paragraphs, path: button?.path };
  if (person) await enqueue<WebhookCall>(tx, webhookQueue, { ...told, accountId: person.accountId }, id);
}
