import { hash } from "node:crypto";
import { and, asc, eq, sql } from "drizzle-orm";
import { type Db, transaction } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { everyAdministratorOf } from "../administrators.ts";

/**
 * Who stopped whom, in words: `by` and `who` as people are called, `did` what stands between them, `why` as it was
 * typed.
 */
type Overridden = { by: string; did: string; who: string; why?: string };

/** An account, and an hour by the clock in which rights were overridden in it; an ISO instant. */
type Hour = { accountId: string; hour: string };

const queue = { name: "override-digest" };
/** Whatever began within the hour is committed by then. */
const slack = "1 minute";
const maxLines = 50;

/** Has the administrators told, once this hour is over, of all that happens in it. */
export async function tellLater(tx: Db, accountId: string): Promise<void> {
  const { rows } = await tx.execute<{ hour: string; due: string }>(sql`
    select to_char(date_trunc('hour', now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
      date_trunc('hour', now()) + interval '1 hour' + ${slack}::interval as due`);
  const [row] = rows;
  if (!row) throw new Error("there is no hour");
  await enqueue<Hour>(tx, queue, { accountId, hour: row.hour }, idOf(accountId, row.hour), new Date(row.due));
}

/** Tells every administrator of what happened in an hour, in one notice; what they were told at once is not in it. */
export const overrideJob: Job<Hour> = {
  ...queue,
  work: ({ accountId, hour }) =>
    transaction(async (tx) => {
      const all = await overriddenIn(tx, accountId, hour);
      if (!all.length) return;
      for (const userId of await everyAdministratorOf(tx, accountId))
        await queueNotice(tx, { userId, ...overridden(all) }, idOf(userId, hour));
    }),
};

async function overriddenIn(tx: Db, accountId: string, hour: string): Promise<Overridden[]> {
  const { at, action, details, id } = auditEntries;
  const within = sql`${at} >= ${hour}::timestamptz and ${at} < ${hour}::timestamptz + interval '1 hour'`;
  const isUntold = sql`not ${details} ? 'toldAtOnce'`;
  const rows = await tx
    .select({ details })
    .from(auditEntries)
    .where(and(eq(auditEntries.accountId, accountId), eq(action, "users.override"), within, isUntold))
    .orderBy(asc(id));
  return rows.map((row) => row.details as Overridden);
}

/** The same id for the same hour, so that a job that is done twice tells once. */
const idOf = (whose: string, hour: string): string =>
  hash("md5", `override ${whose} ${hour}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** What administrators read of it. */
export function overridden(all: Overridden[]): Omit<Notice, "userId" | "to"> {
  const lines = all.slice(0, maxLines).map(({ by, did, who, why }) => `${by} ${did} ${who}${why ? `: ${why}` : ""}.`);
  const more = all.length > maxLines ? [`And ${all.length - maxLines} more, in the audit log.`] : [];
  return {
    event: "rights_overridden",
    subject:
      all.length === 1
        ? "Somebody who may do more was stopped"
        : `${all.length} times, somebody who may do more was stopped`,
    paragraphs: [
      ...lines,
      ...more,
      "They did it by the permission override:user, which overrides what the user holds. If you do not know why, ask them, and take that permission from them.",
    ],
    button: { words: "See the audit log", path: "/audit" },
  };
}
