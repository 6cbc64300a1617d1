import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { type FoldedNotice, noticeFolds } from "#db/schema/notifications.ts";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import type { NoticeEvent, QueuedNotice } from "#lib/core/notice.ts";
import { inOne } from "./digest.ts";
import { mailNotice } from "./mail.ts";

/** Minutes after a mail in which notices of the same kind are gathered for the next one. */
const foldMinutes = 10;

/** Minutes in which the digest of what many people are told at once goes out: at another moment to each of them. */
const digestMinutes = { soonest: 10, latest: 60 };

/** Of many, what the mail tells in full; the count is of all, and all stand in the inbox. */
const maxTold = 10;

/** What is folded: the notices of one event to one person; those of digests by themselves. */
type Fold = { userId: string; event: NoticeEvent; digest?: boolean };

/** Mails what was gathered, when its time has come. */
export const foldJob: Job<Fold> = { name: "notice-fold", work: (fold) => transaction((tx) => mailGathered(tx, fold)) };

/**
 * Mails a notice at once, or keeps it for the one mail that tells of all: where a mail of its kind went within the last
 * ten minutes, and where many people are told of it. What holds a link, or goes to an address of its own, is never
 * kept.
 */
export async function mailOrFold(tx: Db, notice: QueuedNotice): Promise<void> {
  const isAlone = notice.link !== undefined || notice.to !== undefined;
  if (isAlone || (await isFirst(tx, notice))) await mailNotice(tx, notice);
}

const kindOf = ({ event, digest }: Pick<Fold, "event" | "digest">) => (digest ? `${event}:digest` : event);
const isOf = (fold: Fold) => and(eq(noticeFolds.userId, fold.userId), eq(noticeFolds.kind, kindOf(fold)));

/** Is it the first of its kind in a while? Otherwise it is gathered; one that comes again is gathered once. */
async function isFirst(tx: Db, notice: QueuedNotice): Promise<boolean> {
  const { id, userId, digest } = notice;
  await tx
    .insert(noticeFolds)
    .values({ userId, kind: kindOf(notice) })
    .onConflictDoNothing();
  const [fold] = await tx.select({ row: noticeFolds, isQuiet }).from(noticeFolds).where(isOf(notice)).for("update");
  if (!fold || fold.row.firstId === id) return true;
  if (fold.row.latest.some((told) => told.id === id)) return false;
  if (fold.isQuiet && !digest) await tx.update(noticeFolds).set(startedBy(id)).where(isOf(notice));
  else await gather(tx, notice, fold.row);
  return fold.isQuiet && !digest;
}

// What is long overdue belongs to a job that was given up: it begins anew, or nothing of its kind would ever be mailed.
const isQuiet = sql<boolean>`case when ${noticeFolds.count} > 0 then ${noticeFolds.dueAt} < now() - interval '1 day'
  else coalesce(${noticeFolds.mailedAt} < now() - ${foldMinutes} * interval '1 minute', true) end`;

const empty = { count: 0, latest: [], dueAt: null };
const startedBy = (id: string | null) => ({ ...empty, firstId: id, mailedAt: sql`now()` });

async function gather(tx: Db, notice: QueuedNotice, { latest, count }: { latest: FoldedNotice[]; count: number }) {
  const { id, userId, event, digest, subject, paragraphs, button } = notice;
  const dueAt = count > 0 ? sql`${noticeFolds.dueAt}` : digest ? atSomeMoment : afterTheLast;
  const told = [...latest, { id, subject, paragraphs, button }].slice(-maxTold);
  const grown = { count: count + 1, latest: told, dueAt };
  const [kept] = await tx.update(noticeFolds).set(grown).where(isOf(notice)).returning({ dueAt: noticeFolds.dueAt });
  if (count === 0) await enqueue(tx, foldJob, { userId, event, digest }, undefined, kept?.dueAt ?? undefined);
}

const afterTheLast = sql`${noticeFolds.mailedAt} + ${foldMinutes} * interval '1 minute'`;
const { soonest, latest: last } = digestMinutes;
const atSomeMoment = sql`now() + (${soonest} + random() * ${last - soonest}) * interval '1 minute'`;

async function mailGathered(tx: Db, fold: Fold): Promise<void> {
  const [kept] = await tx.select().from(noticeFolds).where(isOf(fold)).for("update");
  if (!kept?.count) return;
  await tx.update(noticeFolds).set(startedBy(null)).where(isOf(fold));
  const { userId, event, digest } = fold;
  await mailNotice(tx, { id: randomUUID(), userId, event, ...inOne(event, kept, digest) });
}

/** Forgets when people were last mailed of what, once it folds nothing any more. */
export const forgetFolds = (tx: Db) =>
  tx.delete(noticeFolds).where(and(eq(noticeFolds.count, 0), sql`${noticeFolds.mailedAt} < now() - interval '1 day'`));
