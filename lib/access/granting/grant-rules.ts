import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import type { Actor } from "#lib/core/actor.ts";
import { grantableBy, holds, type Permissions } from "#lib/core/delegation.ts";
import { Refusal } from "#lib/core/errors.ts";
import { allPairs, common, commonNotHeld } from "#lib/core/pairs.ts";
import { given, reachesManagedAccounts, reachingOn } from "#lib/core/permission-changes.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** Who gives, where, in which transaction. */
export type Grantor = { actor: Actor; tenant: Tenant; tx: Db };

/** Somebody as far as it matters what they hold. */
export type Holder = { actor: Pick<Actor, "grants" | "limits">; tenant: Tenant; tx: Db };

/** The roles that people of an account can hold: its own and the global ones. */
export const rolesFor = ({ accountId }: Pick<Tenant, "accountId">) =>
  or(isNull(roles.accountId), eq(roles.accountId, accountId));

/**
 * Refuses `privilege_escalation` to whoever gives what they do not hold (I-29): what a role newly allows, or no longer
 * denies. What a token's scopes leave out is not held, nor what a managed account has not agreed to; and who acts in a
 * managed account holds nothing in those which that one manages.
 */
export async function requireMayGrant(by: Holder, before: Permissions, after: Permissions): Promise<void> {
  const isHeld = holds(grantableBy(by.actor, by.tenant), by.tenant, after);
  const missing = given(before, after).find((pattern) => !isHeld(pattern));
  if (missing) throw notTheirs(missing);
  if (await reachesElsewhere(by, before, after)) throw elsewhere();
}

/**
 * The same of what these patterns have in common with others, asked of one list of others after the other: of what is
 * newly allowed, or denied. What is denied to whoever asks does not count where `spared` denies it too.
 */
export function requireMayGrantOverlap(by: Holder, ones: string[], spared: Permissions) {
  const pairs = allPairs();
  const isHeld = holds(grantableBy(by.actor, by.tenant), by.tenant, spared, pairs);
  const missing = ones.filter((pattern) => !isHeld(pattern));
  const reaching = by.tenant.rights === null ? [] : reachingOn(by.tenant, ones);
  const demand = async (others: string[]): Promise<void> => {
    const first = commonNotHeld(isHeld, missing, others, pairs);
    if (first) throw notTheirs(first);
    const isReaching = !common(reaching, reachingOn(by.tenant, others)).next().done;
    if (isReaching && (await managesOthers(by))) throw elsewhere();
  };
  return { isNeeded: missing.length + reaching.length > 0, demand };
}

const notTheirs = (missing: string) =>
  beyond(`You do not hold ${missing} yourself, so you can neither give nor deny it, nor lift a denial of it.`);
const elsewhere = () => beyond("This reaches into accounts that yours does not manage.");
const beyond = (message: string) => new Refusal("privilege_escalation", message);

/** Does a change in a managed account give anything in those which that one manages itself? */
export const reachesElsewhere = async (by: Holder, before: Permissions, after: Permissions): Promise<boolean> =>
  by.tenant.rights !== null && reachesManagedAccounts(by.tenant, before, after) && (await managesOthers(by));

async function managesOthers({ tx, tenant }: Holder): Promise<boolean> {
  const theirs = and(eq(accountRelations.kind, "managed"), eq(accountRelations.managingId, tenant.accountId));
  const [relation] = await tx.select({ id: accountRelations.managedId }).from(accountRelations).where(theirs).limit(1);
  return relation !== undefined;
}

/** Who holds a role, by themselves or through a group, API users too: SQL, one row each, who may stand there twice. */
export const holdersOf = (roleId: string, accountId: string) => sql`
  select u.user_id from user_roles u where u.role_id = ${roleId} and u.account_id = ${accountId}
  union all
  select m.user_id from group_roles g join group_members m on m.group_id = g.group_id
    where g.role_id = ${roleId} and g.account_id = ${accountId}
  union all
  select m.api_user_id from group_roles g join api_user_groups m on m.group_id = g.group_id
    where g.role_id = ${roleId} and g.account_id = ${accountId}`;

/** Does this person, or API user, hold this role, by themselves or through a group? SQL, over a row of `roles`. */
export const isHeldBy = (userId: string) => sql<boolean>`(
  exists (select from user_roles u where u.role_id = roles.id and u.user_id = ${userId})
  or exists (select from group_roles g join group_members m on m.group_id = g.group_id
    where g.role_id = roles.id and m.user_id = ${userId})
  or exists (select from group_roles g join api_user_groups m on m.group_id = g.group_id
    where g.role_id = roles.id and m.api_user_id = ${userId}))`;

/** Does a change of what somebody's roles say give them anything: allow more, or deny less? */
export const givesRights = (before: Permissions, after: Permissions): boolean => given(before, after).length > 0;

/** Refuses `self_modification` to whoever would change what they may do themselves (I-29). */
export function rejectSelfModification(isOwn: boolean, message: string): void {
  if (isOwn) throw new Refusal("self_modification", message);
}
