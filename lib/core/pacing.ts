import { RateLimiterRes } from "rate-limiter-flexible";
import { counterPool } from "#lib/db/index.ts";

/** So many tries in so many seconds since the last one; above `free` of them, each has to keep its distance. */
export type Pace = { points: number; seconds: number; free: number };

/** A try that came too soon: it was not taken, and counts for nothing. `seconds` is the wait. */
export type TooSoon = { seconds: number };

/** Doublings of the distance, which begins with a second: no more than 8 of them. */
const doublings = 3;

/**
 * Takes a try of a budget that slows down before it is spent, in one statement: of many at once, those above `free` come
 * too soon. The row is that of the library's own counter; its window runs from the last try, so that its end tells when
 * that was. Rejects with the library's own result where nothing is left.
 */
export async function takePaced(key: string, { points, seconds, free }: Pace): Promise<RateLimiterRes | TooSoon> {
  const values = [key, seconds * 1000, points, free, doublings];
  const { rows } = await counterPool().query<Row>({ name: "take-paced", text: statement, values });
  // No row is seen where the first tries came in the same moment, and this one after them.
  const { taken, spent, left, pause } = rows[0] ?? { taken: false, spent: 0, left: 0, pause: 1000 };
  if (!taken && spent <= points) return { seconds: Math.max(1, Math.ceil(pause / 1000)) };
  const consumed = taken ? spent : spent + 1;
  const result = new RateLimiterRes(Math.max(0, points - consumed), Math.max(0, left), consumed);
  if (consumed > points) throw result;
  return result;
}

/** Milliseconds; `spent` is what stands in the row. */
type Row = { taken: boolean; spent: number; left: number; pause: number };

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
