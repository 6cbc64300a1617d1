import { counterPool } from "#db/client.ts";
import { tooMany } from "./errors.ts";
import { hashed, kept, limiter, scaled, settleStatement, strikes, wait } from "./limiter.ts";
import { type Count, consumeWithBackoff } from "./throttle.ts";

/**
 * How often something may be tried: `points` in `seconds`. A `growing` budget, once spent, makes its next
 * window twice as long each time, up to an hour, and forgets that after a day. One with `free` tries slows down before:
 * above so many, a try is only taken 1, 2, 4, then 8 seconds after the last one, and `seconds` run from that.
 */
export type Budget = { name: string; points: number; seconds: number; growing?: boolean; free?: number };

/** What is left of a budget: `reset` is in seconds. */
export type Remaining = { name: string; limit: number; window: number; left: number; reset: number };

/** Takes one try, counted before the work it pays for, on every replica together; refuses when none is left. */
export async function spend(budget: Budget, key: string): Promise<Remaining> {
  const count = await take(budget, key);
  if (count.consumedPoints <= limiter(budget).points) return remaining(budget, count);
  throw tooMany(await wait(budget, key, count), inFull(budget));
}

/** A budget whose tries count alike: none of them is refused for longer, or for coming too soon. */
type Even = Budget & { growing?: undefined; free?: undefined };

/** As {@link spend}, of so many tries at once; what is more than the whole of them takes the whole. */
export async function spendMany(budget: Even, key: string, points: number): Promise<void> {
  const { left, until } = await takeMany(budget, key, Math.min(points, limiter(budget).points));
  if (left < 0) throw tooMany(Math.ceil((until - Date.now()) / 1000), inFull(budget));
}

/**
 * Takes so many tries at once, for whoever hands them out one by one: how many are left then, below 0 where there were
 * fewer, and when the window ends, in milliseconds since 1970.
 */
export async function takeMany(budget: Budget, key: string, points: number): Promise<{ left: number; until: number }> {
  const count = await limiter(budget).consume(hashed(key), points).catch(counted);
  return { left: limiter(budget).points - count.consumedPoints, until: Date.now() + count.msBeforeNext };
}

/** As {@link spend} where nothing is left, and else nothing: for what is to cost others nothing once it is refused. */
export async function rejectIfSpent(budget: Budget, key: string): Promise<void> {
  const count = await limiter(budget).get(hashed(key));
  if (count && count.consumedPoints >= limiter(budget).points) await spend(budget, key);
}

/**
 * As {@link spend}, for what has a number of tries of its own: one counter serves budgets of the same name with
 * whatever `points`, and a number that changes holds at once.
 */
export async function spendOf({ name, points, seconds }: Budget, key: string): Promise<void> {
  const limit = scaled(points);
  const taken = await kept(name, Number.MAX_SAFE_INTEGER, seconds).consume(hashed(key));
  if (taken.consumedPoints <= limit) return;
  throw tooMany(Math.ceil(taken.msBeforeNext / 1000), { name, limit, window: seconds });
}

async function take(budget: Budget, key: string): Promise<Count> {
  const { free, seconds } = budget;
  if (free === undefined) return limiter(budget).consume(hashed(key)).catch(counted);
  const pace = { points: limiter(budget).points, seconds, free: scaled(free) };
  const taken = await consumeWithBackoff(limiter(budget).getKey(hashed(key)), pace);
  if ("tooSoon" in taken) throw tooMany(taken.tooSoon, inFull(budget));
  return taken;
}

/** The library rejects with the count where nothing is left, and with an error where it could not be counted. */
function counted(thrown: unknown): Count {
  if (thrown instanceof Error) throw thrown;
  return thrown as Count;
}

/** A budget as answers tell it. */
export const inFull = (budget: Budget) => ({
  name: budget.name,
  limit: limiter(budget).points,
  window: budget.seconds,
});

type Spent = { budget: Budget; key: string };

/**
 * After a success: forgets what was spent under some keys, and gives back the one try that was paid under another.
 * Answers how much the one of them had spent that had spent most.
 */
export async function settle(forgiven: Spent[], refunded?: Spent): Promise<number> {
  const counts = forgiven.map(({ budget, key }) => limiter(budget).getKey(hashed(key)));
  const growth = forgiven.map(({ budget, key }) => strikes(budget).getKey(hashed(key)));
  const lighter = refunded && limiter(refunded.budget).getKey(hashed(refunded.key));
  const values = [[...counts, ...growth], lighter, counts];
  const { rows } = await counterPool().query({ name: "settle", text: settleStatement, values });
  return rows[0]?.points ?? 0;
}

const remaining = (budget: Budget, res: Count): Remaining => ({
  ...inFull(budget),
  left: res.remainingPoints,
  reset: Math.ceil(res.msBeforeNext / 1000),
});
