import { inArray, type SQL, sql } from "drizzle-orm";
import { denials, type Permissions, takenBy } from "#lib/core/holding.ts";
import { apiUserGroups } from "#lib/db/schema/machines.ts";
import { groupMembers, groupRoles, roles, userRoles } from "#lib/db/schema.ts";
import { demandMayGive, type Holder } from "#lib/roles/giving.ts";

/**
 * Refuses `beyond_own_rights` to whoever would get hold of the credentials of somebody who may do more than they: what
 * the other's roles give them, they must hold themselves (I-29).
 */
export async function demandOver(by: Holder, userId: string): Promise<void> {
  for (const { permissions } of await rolesOf(by, sql`select ${userId}::uuid`))
    await demandMayGive(by, {}, permissions);
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
