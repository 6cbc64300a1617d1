import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { morning } from "./morning.ts";

/** Days before its end on which a token is spoken of: the last one that has come and was not spoken of yet. */
const steps = [30, 7, 1, 0];

export type Due = {
  id: string;
  days: number;
  full_name: string;
  name: string;
  last_four: string;
  ends: string;
  ends_in: number;
  last_used: string | null;
  last_used_address: string | null;
  last_used_agent: string | null;
};

const stepRows = sql.join(
  steps.map((days) => sql`(${days}::int)`),
  sql`, `,
);

/**
 * Live tokens, each with the latest step that has come, where that one is still to be spoken of. A token that was made
 * or rotated within a step of its end is not spoken of at it: its owner chose that end just now.
 */
export const dueTokens = sql`
  select t.*, u.full_name, u.time_zone, come.days
  from tokens t
  join users u on u.id = t.user_id and u.active
  join accounts a on a.id = u.account_id and a.active
  cross join lateral (
    select min(step.days) as days from (values ${stepRows}) step (days)
    where (t.expires_at at time zone u.time_zone)::date - step.days <= (now() at time zone u.time_zone)::date
      and greatest(t.created_at, t.rotated_at) < t.expires_at - step.days * interval '1 day'
  ) come
  where t.ended_at is null and t.expires_at > now() and t.expires_at < now() + interval '32 days'
    and extract(hour from now() at time zone u.time_zone) >= ${morning}
    and come.days is not null
    and not exists (select 1 from reminders r where r.token_id = t.id and r.days <= come.days)
    and not exists (
      select 1 from reminders r join tokens other on other.id = r.token_id
      where other.user_id = t.user_id
        and (r.sent_at at time zone u.time_zone)::date = (now() at time zone u.time_zone)::date
    )
    and not exists (
      select from service_credentials c where c.user_id = t.user_id
        and (c.reminded_at at time zone u.time_zone)::date = (now() at time zone u.time_zone)::date
    )`;

export async function tokensOf(tx: Db, userId: string): Promise<Due[]> {
  const { rows } = await tx.execute<Due>(sql`
    select id, days, full_name, name, last_four, last_used_address, last_used_agent,
      to_char(expires_at at time zone time_zone, 'FMDD Mon YYYY, HH24:MI') || ' (' || time_zone || ')' as ends,
      (expires_at at time zone time_zone)::date - (now() at time zone time_zone)::date as ends_in,
      to_char(last_used_at at time zone time_zone, 'FMDD Mon YYYY') as last_used
    from (${dueTokens}) due
    where user_id = ${userId}
    order by expires_at, name`);
  return rows;
}

export async function noteReminded(tx: Db, due: Due[]) {
  const rows = sql.join(
    due.map(({ id, days }) => sql`(${id}::uuid, ${days}::int)`),
    sql`, `,
  );
  await tx.execute(sql`insert into reminders (token_id, days) values ${rows} on conflict do nothing`);
}
