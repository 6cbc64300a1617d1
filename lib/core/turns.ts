import type { JobResult, PgBoss, Job as QueuedJob } from "pg-boss";
import { log } from "./log.ts";

/**
 * How many jobs of a queue this process has under way at once. One account has a `part`th of what is free at most, and
 * one, so that the more there are who keep theirs waiting, the less each of them takes of the room for others.
 */
export type Turns = { all: number; part: number };

/** How long an empty queue is left alone, in milliseconds. */
const pause = 2000;

/**
 * Works on a queue whose jobs are of accounts, each as soon as there is room for it: one that takes long holds up no
 * other, and thousands of one account are passed by for the first of another. Answers how to stop: no more are taken
 * then, and those under way are waited for.
 */
export function takeTurns(
  boss: PgBoss,
  name: string,
  { all, part }: Turns,
  attempt: (job: QueuedJob<object>) => Promise<JobResult>,
): () => Promise<void> {
  const underWay = new Set<Promise<void>>();
  const ofAccount = new Map<string, number>();
  let isStopping = false;
  let wake = () => {};

  async function run() {
    while (!isStopping) {
      const jobs = await next();
      for (const job of jobs) begin(job);
      if (!jobs.length) await somethingNew();
    }
    await Promise.all(underWay);
  }

  /** The oldest that is due of an account that may have one more. */
  async function next(): Promise<QueuedJob<object>[]> {
    const free = all - underWay.size;
    if (free <= 0) return [];
    const maxTurns = Math.max(1, Math.floor(free / part));
    const ignoreGroups = [...ofAccount].filter(([, count]) => count >= maxTurns).map(([accountId]) => accountId);
    return boss.fetch<object>(name, { batchSize: 1, ignoreGroups }).catch((err) => {
      log().error({ err, queue: name }, "job queue");
      return [];
    });
  }

  function begin(job: QueuedJob<object>) {
    count(job.groupId, 1);
    const done = finish(job).finally(() => {
      count(job.groupId, -1);
      underWay.delete(done);
      wake();
    });
    underWay.add(done);
  }

  function count(accountId: string | null | undefined, more: number) {
    if (!accountId) return;
    const left = (ofAccount.get(accountId) ?? 0) + more;
    if (left) ofAccount.set(accountId, left);
    else ofAccount.delete(accountId);
  }

  /** What cannot be written down comes again, once the queue takes it for lost. */
  async function finish(job: QueuedJob<object>): Promise<void> {
    const { status, output } = await attempt(job);
    const written = status === "completed" ? boss.complete(name, job.id) : boss.fail(name, job.id, output);
    await written.catch((err) => log().error({ err, queue: name, job: job.id }, "job queue"));
  }

  const somethingNew = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (isStopping) wake();
    });

  const ended = run();
  return () => {
    isStopping = true;
    wake();
    return ended;
  };
}
