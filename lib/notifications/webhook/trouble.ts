import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { notifications } from "#db/schema/notifications.ts";
import { users } from "#db/schema/users.ts";
import type { Job } from "#lib/core/jobs.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";

/** What of a call is told when it is given up. */
type GivenUp = { id: string; userId: string; subject: string };

const event = "webhook_failing";

/**
 * Tells the owner of a webhook that does not take calls: once a call is given up, after 13 tries over five to six hours
 * in which no other was taken. They are told once, until a call is taken or the webhook is changed.
 */
export const webhookTroubleJob: Job<GivenUp> = { name: "webhook-given-up", work: tellOwner };

function tellOwner({ id, userId, subject }: GivenUp): Promise<void> {
  return transaction(async (tx) => {
    // Locked, so that of two calls given up at once one tells.
    const [owner] = await tx.select().from(users).where(eq(users.id, userId)).for("no key update");
    if (!owner?.webhookUrl || (await isKnown(tx, userId)) || (await isTakenSince(tx, userId, id))) return;
    const noticeId = randomUUID();
    const notice = failing(userId, owner.fullName, new URL(owner.webhookUrl).host, subject);
    const { paragraphs, button } = notice;
    await tx
      .insert(notifications)
      .values({ id: noticeId, userId, event, subject: notice.subject, paragraphs, path: button?.path });
    await queueNotice(tx, notice, noticeId);
  });
}

const own = (userId: string) => and(eq(notifications.userId, userId), eq(notifications.event, event));

/** What stands in the inbox says that they were told. */
async function isKnown(tx: Db, userId: string): Promise<boolean> {
  const [told] = await tx.select({ id: notifications.id }).from(notifications).where(own(userId)).limit(1);
  return told !== undefined;
}

/** Was another call taken while this one was tried? Then it is this one that is not to the receiver's liking. */
async function isTakenSince(tx: Db, userId: string, callId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(sql`
    select exists (
      select from jobs.job taken join jobs.job lost on taken.completed_on > lost.source_created_on
      where lost.name = ${webhookTroubleJob.name} and lost.data ->> 'id' = ${callId}
        and taken.name = 'webhook' and taken.state = 'completed' and taken.data ->> 'userId' = ${userId}
    ) as taken`);
  return rows[0]?.taken ?? false;
}

/** The webhook works, or is another one: what the inbox says of it is not true any more. */
export const forgetTrouble = (db: Db, userId: string) => db.delete(notifications).where(own(userId));

const failing = (userId: string, fullName: string, host: string, subject: string): Notice => ({
  userId,
  event,
  subject: "Your webhook does not take what is sent to it",
  paragraphs: [
    `Hello ${fullName},`,
    `a call to ${host} was tried 13 times over several hours and never taken. It was about: ${subject}.`,
    "It is not tried again, and neither is what else fails for as long. You are told this once, until a call is taken.",
    "Send a test from your notifications: it says what the receiver answers. Or remove the webhook if you need it no more.",
  ],
  button: { words: "Look at your webhook", path: "/notifications#webhook" },
});
