import { type SQL, sql } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import type { AuditFilter } from "./filter.ts";

/**
 * An hour, in seconds: no transaction of the portal's lasts nearly as long, so that entries are dated in the order of
 * their ids up to it.
 */
const slack = 3600;

export async function when(tx: Db, actor: Actor, { from, until }: AuditFilter): Promise<SQL[]> {
  const { id, at } = auditEntries;
  const begin = from === undefined ? undefined : await instantOf(tx, actor, from, 0);
  const end = until === undefined ? undefined : await instantOf(tx, actor, until, 1);
  return [
    ...(begin === undefined
      ? []
      : [sql`${at} >= to_timestamp(${begin}) and ${id} >= ${await firstIdAt(begin - slack)}`]),
    ...(end === undefined ? [] : [sql`${at} < to_timestamp(${end}) and ${id} < ${await firstIdAt(end + slack)}`]),
  ];
}

/** Seconds since 1970; of a day, its beginning where the person lives, or that of the next one. */
async function instantOf(tx: Db, { id }: Actor, moment: string, later: 0 | 1): Promise<number> {
  if (moment.length > 10) return Date.parse(moment) / 1000;
  const zone = sql`(select ${users.timeZone} from ${users} where ${users.id} = ${id})`;
  const day = sql`((${moment}::date + ${later}::int)::timestamp at time zone coalesce(${zone}, 'UTC'))`;
  const { rows } = await tx.execute<{ seconds: number }>(sql`select extract(epoch from ${day})::float8 as seconds`);
  return rows[0]?.seconds ?? 0;
}

/**
 * The first entry from which on everything happened at this instant or later, found by halves: entries are dated in the
 * order of their ids, but for the length of a transaction.
 */
async function firstIdAt(seconds: number): Promise<number> {
  const { rows } = await primary().execute<{ id: string }>(sql`
    with recursive half(low, high) as (
      select coalesce(min(id), 0), coalesce(max(id), 0) + 1 from ${auditEntries}
      union all
      select case when e.at < to_timestamp(${seconds}) then e.id + 1 else low end,
        case when e.at < to_timestamp(${seconds}) then high else middle end
      from (select low, high, (low + high) / 2 as middle from half where low < high) h,
        lateral (select id, at from ${auditEntries} where id >= middle order by id limit 1) e
    ) select low as id from half order by high - low limit 1`);
  return Number(rows[0]?.id ?? 0);
}
