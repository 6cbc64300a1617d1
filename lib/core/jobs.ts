import { setTimeout } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { ClientBase } from "pg";
import { type JobResult, PgBoss } from "pg-boss";
import { type Db, primaryPool, transaction } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { tellFailure } from "./failure.ts";
import { log } from "./log.ts";
import { type Turns, takeTurns } from "./turns.ts";

/** Work done outside a request: a queue's name, how it is retried, and what does it. */
export type Job<Data extends object = object> = {
  name: string;
  /** Five-field cron expression (UTC) of work that comes by itself. */
  schedule?: string;
  /** The queue where what could not be done ends up after the last retry; without one it is only logged. */
  deadLetter?: string;
  /** Accounts take turns at it: a job is of the account that its data names as `accountId`. */
  turns?: Turns;
  work(data: Data): Promise<void>;
};

const shared = globalThis as { latchkeyBoss?: PgBoss; latchkeyTurns?: (() => Promise<void>)[] };
const retries = {
  retryLimit: 12,
  retryDelay: 15,
  retryBackoff: true,
  retryDelayMax: 3600,
  deleteAfterSeconds: 7 * 86400,
};
// Nobody works on a dead letter: it waits for a person to look at it.
const kept = { retentionSeconds: 30 * 86400 };

/** Jobs that a worker takes at once: a server that answers slowly holds up these and no more. */
const atOnce = 20;

/** Opens the queues; with `WORKER=inline` this process also works on them. */
export async function startJobs(jobs: Job[]): Promise<void> {
  const works = env().WORKER === "inline";
  const db = { executeSql: (text: string, values?: unknown[]) => primaryPool().query(text, values) };
  const boss = new PgBoss({ db, schema: "jobs", supervise: works, schedule: works });
  boss.on("error", (err) => log().error({ err }, "job queue"));
  await boss.start();
  for (const job of jobs) await open(boss, job, works);
  await openToTenants();
  shared.latchkeyBoss = boss;
  const inTurn = works ? jobs.filter((job) => job.turns) : [];
  shared.latchkeyTurns = inTurn.map((job) => takeTurns(boss, job.name, job.turns as Turns, (one) => attempt(job, one)));
}

/** Lets operations in an account put jobs in the queues, within their transactions. One replica after the other. */
const openToTenants = () =>
  transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('latchkey job grants'))`);
    await tx.execute(sql`grant usage on schema jobs to latchkey_tenant`);
    await tx.execute(sql`grant select, insert, update on all tables in schema jobs to latchkey_tenant`);
  });

async function open(boss: PgBoss, job: Job, works: boolean) {
  const { name, schedule, deadLetter } = job;
  if (deadLetter) await boss.createQueue(deadLetter, kept);
  await boss.createQueue(name, retries);
  if (deadLetter) await boss.updateQueue(name, { deadLetter });
  if (schedule) await boss.schedule(name, schedule);
  if (!works || job.turns) return;
  const options = { batchSize: atOnce, burstWhenBatchFull: true, perJobResults: true } as const;
  await boss.work<object>(name, options, (batch) => Promise.all(batch.map((one) => attempt(job, one))));
}

/** Each job fares on its own: one that fails is tried again without its neighbours. */
async function attempt(job: Job, { id, data }: { id: string; data: object }): Promise<JobResult> {
  try {
    await job.work(data);
    return { id, status: "completed" };
  } catch (err) {
    log().warn({ err, queue: job.name, job: id }, "job failed");
    return { id, status: "failed", output: failureOf(err) };
  }
}

/** What is kept of why a job failed, for administrators to read. */
export const failureOf = (error: unknown): { message: string } => ({
  message: tellFailure(error).message.slice(0, 1000),
});

/** Lets jobs under way finish, up to 5 seconds, then takes no more. */
export async function stopJobs(): Promise<void> {
  const patience = setTimeout(5000, undefined, { ref: false });
  await Promise.race([patience, Promise.all(shared.latchkeyTurns?.map((stop) => stop()) ?? [])]);
  await shared.latchkeyBoss?.stop({ graceful: true, timeout: 5000, close: false });
  shared.latchkeyTurns = undefined;
  shared.latchkeyBoss = undefined;
}

/**
 * Puts a job in its queue within `tx`: it happens, at least once, if and only if the transaction commits. With an `id`
 * that was in this queue within the last week, nothing is added. Nobody begins it before `startAfter`. What has an
 * `accountId` takes turns with what others have, where the queue has {@link Job.turns}.
 */
export async function enqueue<Data extends object>(
  tx: Db,
  job: Pick<Job<Data>, "name">,
  data: Data,
  id?: string,
  startAfter?: Date,
): Promise<void> {
  if (!shared.latchkeyBoss) throw new Error("The job queue is not open: call startJobs first");
  const { $client } = tx as Db & { $client: Pick<ClientBase, "query"> };
  const db = { executeSql: (text: string, values?: unknown[]) => $client.query(text, values) };
  const { accountId } = data as { accountId?: string };
  const group = accountId === undefined ? undefined : { id: accountId };
  await shared.latchkeyBoss.send(job.name, data, { db, id, startAfter, group });
}
