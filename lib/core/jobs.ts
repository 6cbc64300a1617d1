import type { ClientBase } from "pg";
import { PgBoss } from "pg-boss";
import { type Db, primaryPool } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import { log } from "./log.ts";

/** Work done outside a request: a queue's name, how it is retried, and what does it. */
export type Job<Data extends object = object> = {
  name: string;
  /** Five-field cron expression (UTC) of work that comes by itself. */
  schedule?: string;
  work(data: Data): Promise<void>;
};

const shared = globalThis as { latchkeyBoss?: PgBoss };
const retries = {
  retryLimit: 12,
  retryDelay: 15,
  retryBackoff: true,
  retryDelayMax: 3600,
  deleteAfterSeconds: 7 * 86400,
};

/** Opens the queues; with `WORKER=inline` this process also works on them. */
export async function startJobs(jobs: Job[]): Promise<void> {
  const works = env().WORKER === "inline";
  const db = { executeSql: (text: string, values?: unknown[]) => primaryPool().query(text, values) };
  const boss = new PgBoss({ db, schema: "jobs", supervise: works, schedule: works });
  boss.on("error", (err) => log().error({ err }, "job queue"));
  await boss.start();
  for (const job of jobs) await open(boss, job, works);
  shared.latchkeyBoss = boss;
}

async function open(boss: PgBoss, job: Job, works: boolean) {
  await boss.createQueue(job.name, retries);
  if (job.schedule) await boss.schedule(job.name, job.schedule);
  if (works)
    await boss.work(
      job.name,
      async (batch) => void (await Promise.all(batch.map(({ data }) => job.work(data as object)))),
    );
}

/** Lets jobs under way finish, up to 5 seconds, then takes no more. */
export async function stopJobs(): Promise<void> {
  await shared.latchkeyBoss?.stop({ graceful: true, timeout: 5000, close: false });
  shared.latchkeyBoss = undefined;
}

/** Puts a job in its queue within `tx`: it happens, at least once, if and only if the transaction commits. */
export async function enqueue<Data extends object>(tx: Db, job: Pick<Job<Data>, "name">, data: Data): Promise<void> {
  if (!shared.latchkeyBoss) throw new Error("The job queue is not open: call startJobs first");
  const { $client } = tx as Db & { $client: Pick<ClientBase, "query"> };
  const db = { executeSql: (text: string, values?: unknown[]) => $client.query(text, values) };
  await shared.latchkeyBoss.send(job.name, data, { db });
}
