import { eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { groupMembers, groupRoles, groups, roles, userRoles } from "#lib/db/schema.ts";

/** A role as somebody holds it: by themselves, through groups, or both. */
export const heldRole = z.object({
  id: z.uuid(),
  name: z.string(),
  global: z.boolean(),
  direct: z.boolean().meta({ description: "Granted to the person, not only to a group of theirs" }),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "The groups it comes through" }),
});

type HeldRole = z.output<typeof heldRole>;
type Grant = {
  userId: string;
  role: Pick<HeldRole, "id" | "name" | "global">;
  group: HeldRole["groups"][number] | null;
};

/** What roles these people hold, by name. */
export async function rolesOf(tx: Db, userIds: string[]): Promise<Map<string, HeldRole[]>> {
  const grants = [...(await directly(tx, userIds)), ...(await throughGroups(tx, userIds))];
  const byUser = Map.groupBy(grants, ({ userId }) => userId);
  return new Map([...byUser].map(([userId, theirs]) => [userId, merged(theirs)]));
}

function merged(grants: Grant[]): HeldRole[] {
  const byRole = [...Map.groupBy(grants, ({ role }) => role.id).values()];
  const held = byRole.map((ways) => ({
    ...(ways[0] as Grant).role,
    direct: ways.some(({ group }) => !group),
    groups: ways.flatMap(({ group }) => (group ? [group] : [])),
  }));
  return held.sort((one, other) => (one.name < other.name ? -1 : 1));
}

const role = { id: roles.id, name: roles.name, global: sql<boolean>`${roles.accountId} is null` };

const directly = (tx: Db, userIds: string[]): Promise<Grant[]> =>
  tx
    .select({ userId: userRoles.userId, role, group: sql<null>`null` })
    .from(userRoles)
    .innerJoin(roles, eq(roles.id, userRoles.roleId))
    .where(inArray(userRoles.userId, userIds));

const throughGroups = (tx: Db, userIds: string[]): Promise<Grant[]> =>
  tx
    .select({ userId: groupMembers.userId, role, group: { id: groups.id, name: groups.name } })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .innerJoin(groupRoles, eq(groupRoles.groupId, groups.id))
    .innerJoin(roles, eq(roles.id, groupRoles.roleId))
    .where(inArray(groupMembers.userId, userIds))
    .orderBy(groups.name);
