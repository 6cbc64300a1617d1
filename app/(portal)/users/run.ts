import { whyUnanswered } from "#components/forms/unanswered.ts";
import type { ActionState, Problem } from "#lib/http/next/action.ts";

/** Where a run over many things stands, and what came of each that was seen to. */
export type Progress<Result> = {
  total: number;
  results: Result[];
  /** What it is about is still being found out. */
  gathering?: boolean;
  stopped?: boolean;
  /** So many seconds it waits, since a budget is spent. */
  waiting?: number;
  /** There may be more than were gathered. */
  capped?: boolean;
  /** Why it could not go on. */
  problem?: Problem;
};

type Run<Item, Result> = {
  items: Item[];
  /** How many at a time: few enough to see it move, many enough to be quick. */
  chunk: number;
  send: (some: Item[]) => Promise<ActionState<{ results: Result[] }>>;
  /** Asks the person to prove who they are; the run goes on once they have. */
  prove: (problem: Problem) => Promise<void>;
  tell: (progress: Progress<Result>) => void;
  isStopped: () => boolean;
};

/**
 * Sees to everything, a chunk after the other, and tells how far it is. Where a budget is spent it waits until there is
 * a new one; whatever else is refused as a whole ends it.
 */
export async function runInChunks<Item, Result>(run: Run<Item, Result>): Promise<Progress<Result>> {
  const { items, chunk, send, prove, tell, isStopped } = run;
  let progress: Progress<Result> = { total: items.length, results: [] };
  tell(progress);
  while (progress.results.length < items.length && !isStopped()) {
    const some = items.slice(progress.results.length, progress.results.length + chunk);
    const answer = await send(some).catch(unanswered);
    const problem = answer.status === "refused" ? answer.problem : undefined;
    const wait = problem && waitFor(problem);
    if (problem && !wait && problem.code !== "step_up_required") return { ...progress, problem };
    if (wait) tell({ ...progress, waiting: wait });
    if (wait) await pass(wait, isStopped);
    else if (problem) await prove(problem);
    if (answer.status === "done") progress = { ...progress, results: [...progress.results, ...answer.output.results] };
    tell(progress);
  }
  return { ...progress, stopped: progress.results.length < items.length };
}

/** Seconds; what is spent for longer is said, and tried again by whoever wants to. */
const maxWaitSeconds = 120;

const waitFor = ({ code, retryAfter = 0 }: Problem) =>
  code === "too_many_requests" && retryAfter <= maxWaitSeconds ? retryAfter : 0;

async function pass(seconds: number, isStopped: () => boolean): Promise<void> {
  for (let left = seconds; left > 0 && !isStopped(); left--) await new Promise((go) => setTimeout(go, 1000));
}

/** Why nothing moves, and for how long. */
export const waitingWords = (seconds: number) =>
  `Too many changes at once for now. This goes on by itself in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;

/** A request that got no answer; what it was about may have happened all the same. */
const unanswered = (error: unknown): { status: "refused"; problem: Problem } => ({
  status: "refused",
  problem: whyUnanswered(error),
});
