import { inArray, type SQL, sql } from "drizzle-orm";
import { readPermissions } from "#db/administration-service.ts";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import type { Permissions } from "#lib/core/delegation.ts";

/** A role, and what it says. */
export type HeldRole = { id: string; permissions: Permissions };

/** Roles read at a time, so that others are answered in between, and few are in memory at once. */
const atOnce = 20;

/**
 * The roles that these people and API users hold, by themselves and through groups, each once. `people` is SQL for
 * their ids.
 */
export async function* rolesAmong(tx: Db, people: SQL): AsyncGenerator<HeldRole> {
  const { rows } = await tx.execute<{ id: string; permissions: Permissions | null }>(sql`
    select id, case when count(*) over () <= ${atOnce} then permissions end as permissions
    from roles where id in (select role_id from (${heldBy(people)}) as held)`);
  const unread = rows.filter(({ permissions }) => !permissions).map(({ id }) => id);
  for (const { id, permissions } of rows) if (permissions) yield { id, permissions: readPermissions(permissions) };
  for (let from = 0; from < unread.length; from += atOnce)
    yield* await tx
      .select({ id: roles.id, permissions: roles.permissions })
      .from(roles)
      .where(inArray(roles.id, unread.slice(from, from + atOnce)));
}

/**
 * Which of these roles any of those people hold together, where one of the `needed` is among them; so many sets at
 * most.
 */
export async function setsAmong(
  tx: Db,
  people: SQL,
  needed: string[],
  beside: string[],
  max: number,
): Promise<string[][]> {
  const ids = sql`${sql.param([...needed, ...beside])}::uuid[]`;
  const { rows } = await tx.execute<{ ids: string[] }>(sql`
    with sets as (select array_agg(distinct role_id) as ids from (${heldBy(people)}) as held
      where role_id = any(${ids}) group by id)
    select to_json(ids) as ids from (select distinct ids from sets
      where ids && ${sql.param(needed)}::uuid[] limit ${max}) as first`);
  return rows.map(({ ids }) => ids);
}

const heldBy = (people: SQL) => sql`
  select u.user_id as id, u.role_id from user_roles u where u.user_id in (${people})
  union all
  select m.user_id, g.role_id from group_members m join group_roles g on g.group_id = m.group_id
    where m.user_id in (${people})
  union all
  select m.api_user_id, g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id
    where m.api_user_id in (${people})`;
