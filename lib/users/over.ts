import { inArray, type SQL, sql } from "drizzle-orm";
import { shareAccount } from "#lib/administrators.ts";
import { Refusal } from "#lib/core/errors.ts";
import {
  administrativeIn,
  asOne,
  denials,
  holdingOf,
  notHeld,
  type Permissions,
  takenBy,
  withoutVain,
} from "#lib/core/holding.ts";
import { permissionsInWords } from "#lib/core/permission-words.ts";
import { apiUserGroups } from "#lib/db/schema/machines.ts";
import { groupMembers, groupRoles, roles, userRoles } from "#lib/db/schema.ts";
import { demandMayGive, type Giver, givesRights, type Holder, reachesElsewhere } from "#lib/roles/giving.ts";

/**
 * What whoever changes another user must hold of what that user holds (I-29).
 *
 * `administrative`: what lets them act on others, as both have it from their roles, a token's its owner's. Enough to stop
 * somebody, to rename them, to take a membership from them: every administrator can offboard members that way.
 *
 * `everything`: all that their roles give, of which a token has what its scopes carry, and a managing account what was
 * agreed. It takes that to give somebody rights, and to do what one could sign in as them by: their address, secrets and
 * factors, a reset, letting them in again.
 */
export type Measure = "administrative" | "everything";

/** By which of both a change of what somebody's roles say is measured: to lift a denial gives them something as well. */
export const measureOf = (before: Permissions, after: Permissions): Measure =>
  givesRights(before, after) ? "everything" : "administrative";

/**
 * Refuses `beyond_own_rights` to whoever holds less than one of these people or API users, by this measure. Every change of
 * another user passes here. `people` is SQL for their ids; call it in a transaction that holds the account, or shares it.
 */
export async function requireRightsOver(by: Holder, people: SQL, measure: Measure): Promise<void> {
  const missing = await rightsBeyond(by, people, measure);
  if (missing.length) throw beyondOwn(by, missing);
}

/** The same of one user, or API user, whose rights stay as they are until the transaction ends. One may do it to oneself. */
export async function requireRightsOverUser(by: Giver, userId: string, measure: Measure): Promise<void> {
  if (userId === by.actor.id) return;
  await shareAccount(by.tx, by.place.accountId);
  await requireRightsOver(by, oneUser(userId), measure);
}

/** As {@link requireRightsOver}, of everything that one user holds: for what opens a way to sign in as them. */
export const requireOverUser = (by: Holder, userId: string): Promise<void> =>
  requireRightsOver(by, oneUser(userId), "everything");

/** The patterns that these people hold and whoever asks does not, by this measure; empty when they hold as much. */
export async function rightsBeyond(by: Holder, people: SQL, measure: Measure): Promise<string[]> {
  const beyond = new Set<string>();
  for (const held of await heldBy(by, people))
    for (const pattern of await beyondOne(by, held, measure)) beyond.add(pattern);
  return [...beyond];
}

/** One user's id, as these take it. */
export const oneUser = (userId: string): SQL => sql`select ${userId}::uuid`;

/** In plain words, what is missing and to whom. */
export function beyondOwn({ actor, place }: Holder, missing: string[]): Refusal {
  const who = actor.limits ? "this token does" : "you do";
  const where = place.rights ? " in this account" : "";
  const message = `They hold rights that ${who} not${where}: ${permissionsInWords(missing)}. Ask somebody who holds as much as they do.`;
  return new Refusal("beyond_own_rights", message);
}

async function beyondOne(by: Holder, held: Permissions, measure: Measure): Promise<string[]> {
  const holding = holdingOf(by.actor, by.place);
  if (measure === "administrative") {
    const byRoles = { ...holding, limits: [] };
    return notHeld(byRoles, by.place, {}, administrativeIn(held));
  }
  const missing = notHeld(holding, by.place, {}, held);
  // What they hold in accounts that theirs manages, nobody of an account that manages theirs holds.
  if (!missing.length && (await reachesElsewhere(by, {}, held))) return ["*:managed:*:*"];
  return missing;
}

/** What each of these people and API users holds, by themselves and through groups; the same of several once. */
async function heldBy({ tx }: Holder, people: SQL): Promise<Permissions[]> {
  const { rows } = await tx.execute<{ held: Permissions[] | null }>(sql`
    with held as (
      select u.user_id as id, u.role_id from user_roles u where u.user_id in (${people})
      union all
      select m.user_id, g.role_id from group_members m join group_roles g on g.group_id = m.group_id
        where m.user_id in (${people})
      union all
      select m.api_user_id, g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id
        where m.api_user_id in (${people})),
    sets as (select distinct array_agg(distinct role_id order by role_id) as ids from held group by id)
    select (select json_agg(r.permissions) from roles r where r.id = any(sets.ids)) as held from sets`);
  return rows.map(({ held }) => withoutVain(asOne(held ?? [])));
}

/**
 * Refuses `beyond_own_rights` to whoever would take from others, by a denial, what they do not hold themselves: they could
 * take everything from an administrator. `people` is SQL for the ids of those who get what a role denies `after`.
 */
export async function demandMayDeny(by: Holder, before: Permissions, after: Permissions, people: SQL): Promise<void> {
  const { accountId } = by.place;
  const denied = denials(accountId, before, after);
  if (!denied.length) return;
  const taken = (await rolesOf(by, people)).flatMap(({ permissions }) => takenBy(accountId, denied, permissions));
  await demandMayGive(by, {}, Object.fromEntries(taken.map((pattern) => [pattern, "allowed"])));
}

/** The roles of these people and API users, their own and those of their groups. */
function rolesOf({ tx }: Holder, people: SQL) {
  const held = sql`(select ${userRoles.roleId} from ${userRoles} where ${userRoles.userId} in (${people})
    union select ${groupRoles.roleId} from ${groupRoles} join ${groupMembers} on ${groupMembers.groupId} = ${groupRoles.groupId}
      where ${groupMembers.userId} in (${people})
    union select ${groupRoles.roleId} from ${groupRoles} join ${apiUserGroups} on ${apiUserGroups.groupId} = ${groupRoles.groupId}
      where ${apiUserGroups.apiUserId} in (${people}))`;
  return tx.select({ permissions: roles.permissions }).from(roles).where(inArray(roles.id, held));
}
