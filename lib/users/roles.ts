import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#lib/db/index.ts";
import { inShape } from "#lib/db/prepared.ts";

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

/** What roles these people hold, by name. One statement, for a list asks it for every page. */
export async function rolesOf(tx: Db, userIds: string[]): Promise<Map<string, HeldRole[]>> {
  const rows = await inShape<Grant>(tx, "roles of users", held, { userIds });
  const byUser = Map.groupBy(rows, ({ userId }) => userId);
  return new Map([...byUser].map(([userId, theirs]) => [userId, merged(theirs)]));
}

const those = sql`any(${sql.placeholder("userIds")}::uuid[])`;

const held = () => sql`
    select held.*, json_build_object('id', r.id, 'name', r.name, 'global', r.account_id is null) as role from (
      select user_id as "userId", role_id, null::json as "group" from user_roles where user_id = ${those}
      union all select m.user_id, h.role_id, json_build_object('id', g.id, 'name', g.name) from group_members m
        join groups g on g.id = m.group_id join group_roles h on h.group_id = g.id where m.user_id = ${those}
    ) as held join roles r on r.id = held.role_id order by held."group" ->> 'name' nulls first`;

function merged(grants: Grant[]): HeldRole[] {
  const byRole = [...Map.groupBy(grants, ({ role }) => role.id).values()];
  const held = byRole.map((ways) => ({
    ...(ways[0] as Grant).role,
    direct: ways.some(({ group }) => !group),
    groups: ways.flatMap(({ group }) => (group ? [group] : [])),
  }));
  return held.sort((one, other) => (one.name < other.name ? -1 : 1));
}
