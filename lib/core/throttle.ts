import type { RateLimiterRes } from "rate-limiter-flexible";
import { counterPool } from "#db/client.ts";

/**
 * What stands against a budget. Never judged by its class: pages and REST load a copy of that each, and share the
 * limiters.
 */
export type Count = Pick<RateLimiterRes, "consumedPoints" | "remainingPoints" | "msBeforeNext">;

/** So many tries in so many seconds since the last one; above `free` of them, each has to keep its distance. */
type Pace = { points: number; seconds: number; free: number };

/** A try that came too soon by so many seconds: it was not taken, and counts for nothing. */
type Throttled = { tooSoon: number };

/** Doublings of the distance, which begins with a second: no more than 8 of them. */
const doublings = 3;

/**
 * Takes a try of a budget that slows down before it is spent, in one statement: of many at once, those above `free`
 * come too soon. The row is that of the library's own counter; its window runs from the last try, so that its end tells
 * when that was. Where nothing is left, more is counted than there are points.
 */
export async function consumeWithBackoff(key: string, { points, seconds, free }: Pace): Promise<Count | Throttled> {
  const values = [key, seconds * 1000, points, free, doublings];
  const { rows } = await counterPool().query<ThrottleRow>({ name: "take-paced", text: statement, values });
  // No row is seen where the first tries came in the same moment, and this one after them.
  const { taken, spent, left, pause } = rows[0] ?? { taken: false, spent: 0, left: 0, pause: 1000 };
  if (!taken && spent <= points) return { tooSoon: Math.max(1, Math.ceil(pause / 1000)) };
  const consumedPoints = taken ? spent : spent + 1;
  return { consumedPoints, remainingPoints: Math.max(0, points - consumedPoints), msBeforeNext: Math.max(0, left) };
}

/** Milliseconds; `spent` is what stands in the row. */
type ThrottleRow = { taken: boolean; spent: number; left: number; pause: number };

const pause = "(case when b.points > $4 then 1000 * 2 ^ least(b.points - $4 - 1, $5) else 0 end)";

// What is spent pauses no more: the next try makes the long wait begin.
const statement = `
  with clock as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms),
    taken as (
      insert into budgets as b (key, points, expire) select $1, 1, ms + $2::int from clock
      on conflict (key) do update set
        points = case when b.expire <= excluded.expire - $2 then 1 else b.points + 1 end, expire = excluded.expire
      where b.expire <= excluded.expire - $2 or b.points = $3::int
        or (b.points < $3 and b.expire + ${pause} <= excluded.expire)
      returning points, expire)
  select true as taken, points as spent, (expire - ms)::float8 as left, 0::float8 as pause from taken, clock
  union all
  select false, points, (expire - ms)::float8, (expire - $2 + ${pause} - ms)::float8 from budgets b, clock
    where key = $1 and not exists (select from taken)`;
