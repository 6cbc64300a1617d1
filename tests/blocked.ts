import { sql } from "./cast.ts";

const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";

/**
 * How many statements wait for a lock. Not asked in a transaction, where Postgres goes on answering what it answered
 * first.
 */
export const blocked = async (): Promise<number> => (await sql(waiting)).length;

/** Comes back as soon as so many statements wait for a lock. */
export async function untilBlocked(count = 1): Promise<void> {
  while ((await blocked()) < count) await new Promise((passed) => setImmediate(passed));
}
