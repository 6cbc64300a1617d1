import { setImmediate } from "node:timers/promises";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import { addedPermissions, asOne, denials, type Permissions } from "#lib/core/delegation.ts";
import { Refusal } from "#lib/core/errors.ts";
import { allPairs, common } from "#lib/core/pairs.ts";
import { type Effect, ownBaseline } from "#lib/core/permissions.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { type Grantor, type Holder, requireMayGrant, requireMayGrantOverlap } from "../granting/grant-rules.ts";
import { rolesAmong } from "../granting/held.ts";
import { loadPrincipal } from "../principal/load-principal.ts";

/**
 * What people and API users may do after a change that they could not before it, by their ids; who gained nothing is
 * not in it.
 */
export type Gains = Map<string, Gain>;

/**
 * What is newly allowed; what is no longer denied, and all that is allowed; and what is denied still: that nobody
 * gained.
 */
type Gain = ReturnType<typeof addedPermissions> & { denied: Permissions };

/** Makes a change of rights; what came of it, and what these people and API users of the tenant gained by it. */
export async function gainsBy<T>(
  { tx, tenant }: Grantor,
  ids: string[],
  change: () => Promise<T>,
): Promise<[T, Gains]> {
  const before = await heldBy(tx, ids);
  const result = await change();
  const after = await heldBy(tx, ids);
  const compared = new Map<string, Gain>();
  const gains: Gains = new Map();
  for (const id of ids) {
    const [had, has] = [before.get(id) ?? nothing, after.get(id) ?? nothing];
    const kind = `${had.roles} ${has.roles}`;
    const gain = compared.get(kind) ?? gainOf(tenant, had.held(), has.held());
    // Others are answered between one kind of people and the next.
    if (!compared.has(kind)) await setImmediate();
    compared.set(kind, gain);
    if (isAnything(gain)) gains.set(id, gain);
  }
  return [result, gains];
}

function gainOf({ accountId }: Tenant, before: Permissions, after: Permissions): Gain {
  const denied = asMap(denials(accountId, {}, after), "denied");
  const { added, ...rest } = addedPermissions(accountId, before, after);
  return { added: added.filter((pattern) => !(pattern in denied)), ...rest, denied };
}

const asMap = (patterns: string[], effect: Effect): Permissions =>
  Object.fromEntries(patterns.map((pattern) => [pattern, effect]));

/** Is anything allowed that was not, or was denied? What is not found out from so many pairs is. */
function isAnything({ added, lifted, allowed, denied }: Gain): boolean {
  if (added.length) return true;
  const pairs = allPairs();
  for (const pattern of common(lifted, allowed)) if (!(pattern in denied) || pairs.left-- <= 0) return true;
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
  const { rows } = await tx.execute<{ id: string; roles: string }>(sql`
    select w.id, array_to_string(array(select distinct role_id from (${rolesOf(sql`w.id`)}) held order by 1), ',') as roles
    from unnest(${sql.param(ids)}::uuid[]) w(id)`);
  const said = new Map<string, Permissions>();
  const people = sql`select unnest(${sql.param(ids)}::uuid[])`;
  for await (const { id, permissions } of rolesAmong(tx, people)) said.set(id, permissions);
  const held = (roles: string) => asOne([ownBaseline.permissions, ...roles.split(",").map((id) => said.get(id) ?? {})]);
  return new Map(rows.map(({ id, roles }) => [id, { roles, held: () => held(roles) }]));
}

const rolesOf = (id: SQL) => sql`
  select u.role_id from user_roles u where u.user_id = ${id}
  union all
  select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = ${id}
  union all
  select g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id where m.api_user_id = ${id}`;

/** Could this person, or API user, have given that? Not when they may not sign in at present, or are gone. */
export async function couldGrant({ tx, tenant }: Grantor, makerId: string | null, gain: Gain): Promise<boolean> {
  const maker = makerId ? await loadPrincipal(tx, makerId) : undefined;
  const there = maker && (await tenantFor(tx, tenant.accountId, maker.accountId));
  if (!there) return false;
  return requireCouldGrant({ actor: maker, tenant: there, tx }, gain).then(
    () => true,
    (refusal) => {
      if (refusal instanceof Refusal) return false;
      throw refusal;
    },
  );
}

async function requireCouldGrant(by: Holder, { added, lifted, allowed, denied }: Gain): Promise<void> {
  await requireMayGrant(by, denied, { ...asMap(added, "allowed"), ...denied });
  await requireMayGrantOverlap(by, lifted, denied).demand(allowed);
}

/** The account as somebody of another one sees it; undefined when theirs does not manage it. */
export async function tenantFor(tx: Db, accountId: string, from: string): Promise<Tenant | undefined> {
  if (from === accountId) return { accountId, rights: null, visibleAccountIds: [accountId] };
  const { kind, managingId, managedId, rights } = accountRelations;
  const agreed = and(eq(kind, "managed"), eq(managingId, from), eq(managedId, accountId));
  const [relation] = await tx.select({ rights }).from(accountRelations).where(agreed);
  return relation && { accountId, rights: relation.rights, visibleAccountIds: [accountId] };
}
