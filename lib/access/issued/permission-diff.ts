import { setImmediate } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { asOne, type Permissions } from "#lib/core/delegation.ts";
import { allPairs, common } from "#lib/core/pairs.ts";
import { addedPermissions, denials } from "#lib/core/permission-changes.ts";
import { ownBaseline } from "#lib/core/permissions.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { rolesAmong } from "../granting/held.ts";

/**
 * Makes a change of rights; what came of it, and who of these people and API users of the tenant may do anything after
 * it that they could not before.
 */
export async function gainersBy<T>(
  { tx, tenant }: Grantor,
  ids: string[],
  change: () => Promise<T>,
): Promise<[T, Set<string>]> {
  const before = await heldBy(tx, ids);
  const result = await change();
  const after = await heldBy(tx, ids);
  const compared = new Map<string, boolean>();
  for (const id of ids) {
    const [had, has] = [before.get(id) ?? nothing, after.get(id) ?? nothing];
    const kind = kindOf(had, has);
    if (compared.has(kind)) continue;
    compared.set(kind, isGain(tenant, had.held(), has.held()));
    // Each kind of holder is compared in a turn of its own, so that other requests are answered in between.
    await setImmediate();
  }
  const isGainer = (id: string) => compared.get(kindOf(before.get(id), after.get(id))) === true;
  return [result, new Set(ids.filter(isGainer))];
}

const kindOf = (had = nothing, has = nothing) => `${had.roles} ${has.roles}`;

/**
 * Does the change allow anything that was not allowed, or was denied? Where comparing takes more pairs than there may
 * be, the answer is yes.
 */
function isGain({ accountId }: Tenant, before: Permissions, after: Permissions): boolean {
  const denied = new Set(denials(accountId, {}, after));
  const { added, lifted, allowed } = addedPermissions(accountId, before, after);
  if (added.some((pattern) => !denied.has(pattern))) return true;
  const pairs = allPairs();
  for (const pattern of common(lifted, allowed)) if (!denied.has(pattern) || pairs.left-- <= 0) return true;
  return false;
}

/** Which roles somebody holds, by their ids, and what they say as one map. */
type Held = { roles: string; held(): Permissions };

const nothing: Held = { roles: "", held: () => ({}) };

/**
 * All that each of them holds, by themselves and through groups: with what needs no role, since nobody gains that. To
 * API users it is closed, whatever their roles say. Each role is read once, whoever holds it.
 */
async function heldBy(tx: Db, ids: string[]): Promise<Map<string, Held>> {
  if (!ids.length) return new Map();
  const rows = await roleSetsOf(tx, ids);
  const said = new Map<string, Permissions>();
  const people = sql`select unnest(${sql.param(ids)}::uuid[])`;
  for await (const { id, permissions } of rolesAmong(tx, people)) said.set(id, permissions);
  const held = (roles: string) => asOne([ownBaseline.permissions, ...roles.split(",").map((id) => said.get(id) ?? {})]);
  return new Map([...rows].map(([id, roles]) => [id, { roles, held: () => held(roles) }]));
}

/** Which roles each of them holds, by themselves and through groups: their ids in order, by commas. */
export async function roleSetsOf(tx: Db, ids: string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const { rows } = await tx.execute<{ id: string; roles: string }>(sql`
    select w.id, array_to_string(array(select distinct role_id from (${rolesOf(sql`w.id`)}) held order by 1), ',') as roles
    from unnest(${sql.param(ids)}::uuid[]) w(id)`);
  return new Map(rows.map(({ id, roles }) => [id, roles]));
}

const rolesOf = (id: SQL) => sql`
  select u.role_id from user_roles u where u.user_id = ${id}
  union all
  select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = ${id}
  union all
  select g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id where m.api_user_id = ${id}`;
