import { sql } from "drizzle-orm";
import { type Db, primary, transaction } from "#db/client.ts";
import { enqueue } from "#lib/core/jobs.ts";
import { type Matching, makeQueue, making, type ProvisioningJob, withdrawThese } from "./queue.ts";

const atOnce = 500;

/** Sees to it that everybody with access to an automatic integration has a secret there, and nobody else. */
export async function reconcileAccess({ accountId, integrationId }: Matching): Promise<void> {
  const { rows } = await primary().execute<{ id: string }>(sql`
    select id from integrations where account_id = ${accountId} and mode = 'automatic'
      and (${integrationId ?? null}::uuid is null or id = ${integrationId ?? null}::uuid)`);
  for (const { id } of rows) {
    while ((await transaction((tx) => begin(tx, id))) === atOnce);
    while ((await transaction((tx) => end(tx, id))) === atOnce);
    while ((await transaction((tx) => renew(tx, id))) === atOnce);
  }
}

/**
 * Who has access: active people of an active account who have proven their address, in the group where there is one.
 * Systems outside know people by their address: one that anybody wrote down must give nothing of whoever has it there.
 */
const withAccess = sql`u.account_id = i.account_id and u.active and not u.notifications_only
  and u.email_verified_at is not null
  and (select a.active from accounts a where a.id = i.account_id)
  and (i.group_id is null or exists (
    select from group_members m where m.group_id = i.group_id and m.user_id = u.id))`;

/** A job is tried again for five to six hours; what nobody has touched for longer is nobody's job any more. */
const isGivenUp = sql`c.modified_at < now() - interval '8 hours'`;

/** Puts rows for people who have none yet, each with the job that makes its secret. How many. */
async function begin(tx: Db, integrationId: string): Promise<number> {
  const { rows } = await tx.execute<ProvisioningJob>(sql`
    insert into service_credentials (account_id, user_id, integration_id, name, kind, username, state)
    select i.account_id, u.id, i.id,
      case when exists (select from service_credentials o where o.user_id = u.id and lower(o.name) = lower(i.name))
        then left(i.name, 80) || ' ' || left(gen_random_uuid()::text, 8) else i.name end,
      'token', u.username, 'pending'
    from integrations i join users u on ${withAccess}
    where i.id = ${integrationId}
      and not exists (select from service_credentials c where c.integration_id = i.id and c.user_id = u.id)
    limit ${atOnce}
    on conflict do nothing
    returning ${making}`);
  for (const making of rows) await enqueue<ProvisioningJob>(tx, makeQueue, making);
  return rows.length;
}

/** Takes from people without access what was made for them. How many. */
async function end(tx: Db, integrationId: string): Promise<number> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update service_credentials
    set state = 'withdrawing', sealed_secret = null, version = version + 1, modified_at = now() where id in (
      select c.id from service_credentials c join integrations i on i.id = c.integration_id
      where i.id = ${integrationId} and case when c.state = 'withdrawing' then ${isGivenUp}
        else not exists (select from users u where u.id = c.user_id and ${withAccess}) end
      limit ${atOnce} for update of c)
    returning id`);
  const ids = rows.map(({ id }) => id);
  if (!ids.length) return 0;
  await withdrawThese(tx, ids);
  // Of what was never asked for, nothing has to be withdrawn.
  await tx.execute(sql`
    delete from service_credentials where external_id is null and asked_until is null and id in ${ids}`);
  return ids.length;
}

/**
 * Has made anew what is older than the integration wants or ends within a week, and tried again what was given up. How
 * many.
 */
async function renew(tx: Db, integrationId: string): Promise<number> {
  const { rows } = await tx.execute<ProvisioningJob>(sql`
    update service_credentials set version = version + 1, modified_at = now() where id in (
      select c.id from service_credentials c join integrations i on i.id = c.integration_id
      where i.id = ${integrationId} and c.state <> 'withdrawing' and ${isGivenUp} and (c.state <> 'ready'
        or coalesce(c.rotated_at, c.created_at) < now() - i.rotate_days * interval '1 day'
        or c.expires_at < now() + interval '7 days')
      limit ${atOnce} for update of c)
    returning ${making}`);
  for (const making of rows) await enqueue<ProvisioningJob>(tx, makeQueue, making);
  return rows.length;
}
