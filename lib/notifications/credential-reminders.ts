import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { morning } from "./morning.ts";

/**
 * Service credentials whose end is as near as their owner wanted to be told, and was not told of yet. What a system
 * makes anew by itself is nobody's to look after.
 */
export const dueCredentials = sql`
  select c.id, c.user_id, c.name, c.expires_at, u.full_name, u.time_zone, i.name as system
  from service_credentials c
  join integrations i on i.id = c.integration_id and i.mode = 'manual'
  join users u on u.id = c.user_id and u.active
  join accounts a on a.id = u.account_id and a.active
  where c.reminded_at is null and c.remind_days is not null and c.expires_at > now()
    and (c.expires_at at time zone u.time_zone)::date - c.remind_days <= (now() at time zone u.time_zone)::date
    and extract(hour from now() at time zone u.time_zone) >= ${morning}
    and not exists (
      select from reminders r join tokens t on t.id = r.token_id where t.user_id = c.user_id
        and (r.sent_at at time zone u.time_zone)::date = (now() at time zone u.time_zone)::date)
    and not exists (
      select from service_credentials o where o.user_id = c.user_id
        and (o.reminded_at at time zone u.time_zone)::date = (now() at time zone u.time_zone)::date)`;

/** A service credential that is about to end; `ends` in the words of its owner's zone. */
export type DueCredential = {
  id: string;
  full_name: string;
  name: string;
  system: string;
  ends: string;
  ends_in: number;
};

/** Those of one person, the next to end first. From here on they count as told of. */
export async function takeDueCredentials(tx: Db, userId: string): Promise<DueCredential[]> {
  const { rows } = await tx.execute<DueCredential>(sql`
    with told as (
      update service_credentials set reminded_at = now()
      where user_id = ${userId} and id in (select id from (${dueCredentials}) due) returning id)
    select due.id, full_name, due.name, system,
      to_char(expires_at at time zone time_zone, 'FMDD Mon YYYY, HH24:MI') || ' (' || time_zone || ')' as ends,
      (expires_at at time zone time_zone)::date - (now() at time zone time_zone)::date as ends_in
    from (${dueCredentials}) due join told on told.id = due.id
    order by expires_at, due.name`);
  return rows;
}
