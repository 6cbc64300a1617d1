import { eq, inArray } from "drizzle-orm";
import { groupMembers, groupRoles, roles, userRoles } from "#lib/db/schema.ts";
import { demandMayGive, type Holder } from "#lib/roles/giving.ts";

/**
 * Refuses `beyond_own_rights` to whoever would get hold of the credentials of somebody who may do more than they: what
 * the other's roles give them, they must hold themselves (I-29).
 */
export async function demandOver(by: Holder, userId: string): Promise<void> {
  for (const { permissions } of await rolesOfOne(by, userId)) await demandMayGive(by, {}, permissions);
}

/** The roles of a person, their own and those of their groups. */
function rolesOfOne({ tx }: Holder, userId: string) {
  const own = tx.select({ id: userRoles.roleId }).from(userRoles).where(eq(userRoles.userId, userId));
  const through = tx
    .select({ id: groupRoles.roleId })
    .from(groupRoles)
    .innerJoin(groupMembers, eq(groupMembers.groupId, groupRoles.groupId))
    .where(eq(groupMembers.userId, userId));
  return tx
    .select({ permissions: roles.permissions })
    .from(roles)
    .where(inArray(roles.id, own.union(through)));
}
