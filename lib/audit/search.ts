import { type SQL, sql } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { directory, users } from "#db/schema/users.ts";
import { canonicalName } from "#lib/core/limit-keys.ts";
import type { Tenant } from "#lib/core/tenant.ts";

export const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const textArray = (texts: string[]) => sql`${sql.param(texts)}::text[]`;

/** The part of an action before its dot; undefined when it is one action by its whole name. */
export const prefixOf = (action: string) => (/\.[a-z_]+$/.test(action) ? undefined : action.replace(/\.$/, ""));

/**
 * Whoever has this id or name. People of other accounts act here too, and so are looked for everywhere: what they did
 * is answered as far as it stands in this log, which tells nothing of whoever did nothing here.
 */
export async function peopleCalled(tx: Db, { visibleAccountIds }: Tenant, actor: string): Promise<string[]> {
  if (uuidPattern.test(actor)) return [actor];
  const name = canonicalName(actor);
  const named = await primary().execute<{ id: string }>(
    sql`select ${users.id} from ${users} where lower(${users.username}) = ${name}
      union select ${users.id} from ${users} where lower(${users.email}) = ${name}`,
  );
  const called = await tx.execute<{ id: string }>(
    sql`select ${directory.id} from ${directory}
      where ${directory.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and ${directory.nameKey} = ${actor.toLowerCase()} limit 100`,
  );
  // Logins are unique in an account only, so that those of others are none of this log's.
  const programs = await tx.execute<{ id: string }>(
    sql`select ${apiUsers.id} from ${apiUsers}
      where ${apiUsers.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and lower(${apiUsers.login}) = ${name}`,
  );
  return [...new Set([...named.rows, ...called.rows, ...programs.rows].map(({ id }) => id))];
}

/** What has this id, and whoever in a visible account has this username. */
export async function thingsCalled(tx: Db, { visibleAccountIds }: Tenant, target: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select ${directory.id} from ${directory}
      where ${directory.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and ${directory.usernameKey} = ${canonicalName(target)}`,
  );
  return [target, ...rows.map(({ id }) => id)];
}

/**
 * One action, or those on record with a prefix: one look into the index for each action there is, not for each entry.
 */
export async function actionsLike(tx: Db, { visibleAccountIds }: Tenant, action: string): Promise<string[]> {
  const prefix = prefixOf(action);
  if (prefix === undefined) return [action];
  const next = (beyond: SQL) => sql`(select e.action from ${auditEntries} e where e.account_id = account and ${beyond}
    order by e.action limit 1)`;
  const { rows } = await tx.execute<{ action: string }>(sql`
    with recursive known(account, action) as (
      select account, ${next(sql`true`)} from unnest(${textArray(visibleAccountIds)}) account
      union all select account, ${next(sql`e.action > known.action`)} from known where known.action is not null
    ) select distinct action from known where split_part(action, '.', 1) = ${prefix}`);
  return rows.map(({ action }) => action);
}
