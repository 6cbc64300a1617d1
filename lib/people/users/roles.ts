import { type SQLWrapper, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { executePrepared } from "#db/prepared.ts";

/** A role as somebody holds it: by themselves, through groups, or both. */
export const heldRole = z.object({
  id: z.uuid(),
  name: z.string(),
  global: z.boolean(),
  direct: z.boolean().meta({ description: "Granted to the person, not only to a group of theirs" }),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "The groups it comes through" }),
});

type HeldRole = z.output<typeof heldRole>;

/**
 * One way in which somebody holds a role: its id, its name, whether it is a global one; the group that it comes
 * through.
 */
export type RoleGrant = [id: string, name: string, global: boolean, groupId: string | null, groupName: string | null];

/** What roles these people hold, by name. */
export async function rolesOf(tx: Db, userIds: string[]): Promise<Map<string, HeldRole[]>> {
  const rows = await executePrepared<{ id: string; held: RoleGrant[] | null }>(tx, "roles of users", everybodys, {
    userIds,
  });
  return new Map(rows.map(({ id, held }) => [id, toHeldRoles(held ?? [])]));
}

const everybodys = () => {
  const id = sql`people.id`;
  return sql`select ${id}, ${heldRolesColumn(id)} as held from unnest((select ${sql.placeholder("userIds")}::uuid[])) as people(id)`;
};

/** The grants of the person with this id, as JSON, null for none: for {@link toHeldRoles}. */
export const heldRolesColumn = (id: SQLWrapper) => sql`(
  select json_agg(json_build_array(r.id, r.name, r.account_id is null, held.group_id, held.group_name))
  from (
    select role_id, null::uuid as group_id, null::text as group_name from user_roles where user_id = ${id}
    union all select h.role_id, h.group_id, (select name from groups where id = h.group_id)
      from group_members m join group_roles h on h.group_id = m.group_id where m.user_id = ${id}
  ) as held join roles r on r.id = held.role_id)`;

/** The roles that follow from grants, by name, each with the groups that it comes through. */
export function toHeldRoles(grants: RoleGrant[]): HeldRole[] {
  const held = new Map<string, HeldRole>();
  for (const [id, name, global, groupId, groupName] of grants) {
    const role = held.get(id) ?? { id, name, global, direct: false, groups: [] };
    if (groupId === null) role.direct = true;
    else role.groups.push({ id: groupId, name: groupName ?? "" });
    held.set(id, role);
  }
  for (const { groups } of held.values()) groups.sort(byName);
  return [...held.values()].sort(byName);
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
