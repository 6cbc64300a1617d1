import { whyUnanswered } from "#components/unanswered.ts";
import type { ActionState, Problem } from "#lib/doors/action.ts";

/** Where a run over many things stands, and what came of each that was seen to. */
export type Progress<Result> = {
  total: number;
  results: Result[];
  /** What it is about is still being found out. */
  gathering?: boolean;
  stopped?: boolean;
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

/** Sees to everything, a chunk after the other, and tells how far it is. What is refused as a whole ends it. */
export async function runInChunks<Item, Result>(run: Run<Item, Result>): Promise<Progress<Result>> {
  const { items, chunk, send, prove, tell, isStopped } = run;
  let progress: Progress<Result> = { total: items.length, results: [] };
  tell(progress);
  while (progress.results.length < items.length && !isStopped()) {
    const some = items.slice(progress.results.length, progress.results.length + chunk);
    const answer = await send(some).catch(unanswered);
    if (answer.status === "refused" && answer.problem.code !== "step_up_required")
      return { ...progress, problem: answer.problem };
    if (answer.status === "refused") await prove(answer.problem);
    if (answer.status === "done") progress = { ...progress, results: [...progress.results, ...answer.output.results] };
    tell(progress);
  }
  return { ...progress, stopped: progress.results.length < items.length };
}

/** A request that got no answer; what it was about may have happened all the same. */
const unanswered = (error: unknown): { status: "refused"; problem: Problem } => ({
  status: "refused",
  problem: whyUnanswered(error),
});
