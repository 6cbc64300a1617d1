import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { users } from "#db/schema/users.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { uuid, wire } from "#lib/core/fields.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { type Grantor, rolesFor } from "../granting/grant-rules.ts";

export const granteeId = uuid().meta({ description: "The user's id" });

export const grantedRoleId = uuid().meta({ description: "The role's id" });

export const named = z.object({ id: z.uuid(), name: z.string() });

/**
 * The roles that somebody of the tenant holds, or an API user, each with its way: by themselves, through which groups.
 */
export async function rolesHeldBy(tx: Db, { accountId }: Tenant, userId: string) {
  const through = sql<{ id: string; name: string }[]>`coalesce((
    select json_agg(json_build_object('id', g.id, 'name', g.name) order by lower(g.name))
    from group_roles held join groups g on g.id = held.group_id
    where held.role_id = roles.id and g.account_id = ${accountId} and (
      exists (select from group_members m where m.group_id = g.id and m.user_id = ${userId})
      or exists (select from api_user_groups m where m.group_id = g.id and m.api_user_id = ${userId}))), '[]'::json)`;
  const rows = await tx
    .select({ role: roles, grantedAt: userRoles.grantedAt, groups: through })
    .from(roles)
    .leftJoin(userRoles, and(eq(userRoles.roleId, roles.id), eq(userRoles.userId, userId)))
    .where(and(rolesFor({ accountId }), sql`(${userRoles.userId} is not null or json_array_length(${through}) > 0)`))
    .orderBy(sql`lower(${roles.name})`, roles.id);
  return rows.map(({ role: { id, name, accountId, permissions }, grantedAt, groups }) => ({
    id,
    name,
    permissions,
    global: accountId === null,
    direct: grantedAt !== null,
    groups,
    grantedAt: wire(grantedAt),
  }));
}

export type Grantable = { id: string; name: string; accountId: string | null; permissions: Record<string, string> };

/**
 * A role that can be granted in the place; `invalid_role_id` beside `not_found` tells it from a user who is not there
 * (RG2).
 */
export async function grantable({ tx, tenant }: Grantor, roleId: string): Promise<Grantable> {
  const [role] = await tx
    .select()
    .from(roles)
    .where(and(eq(roles.id, roleId), rolesFor(tenant)));
  if (role) return role;
  const { message } = notFound("role");
  throw new Refusal("not_found", message, { errors: [{ pointer: "/roleId", code: "invalid_role_id", message }] });
}

/** Refuses somebody who is not in the place. */
export async function assertUserInAccount(tx: Db, { accountId }: Tenant, userId: string): Promise<void> {
  const theirs = and(eq(users.id, userId), eq(users.accountId, accountId));
  const [user] = await tx.select({ id: users.id }).from(users).where(theirs);
  if (!user) throw notFound("user");
}
