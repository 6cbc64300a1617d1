import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { roles } from "#db/schema/access.ts";
import { Refusal } from "#lib/core/errors.ts";
import { line, name, uuid } from "#lib/core/fields.ts";
import { taken, takenBy } from "#lib/core/unique.ts";
import { type Grantor, rolesFor } from "../granting/grant-rules.ts";
import { presentRole, type Role, readRole } from "./list.ts";

export const roleId = uuid().meta({ description: "The role's id" });

export const roleName = name(100).meta({ description: "Unique among the account's roles and the global ones" });

export const roleDescription = line(500).meta({ description: "What it is for" });

export const roleBefore = z
  .object({ name: z.string(), description: z.string(), permissions: z.record(z.string(), z.string()) })
  .meta({ description: "What it said until now" });

export const toRoleDetails = ({
  name,
  description,
  permissions,
}: Pick<Role, "name" | "description" | "permissions">) => ({
  name,
  description,
  permissions,
});

export const ownRole = ({ tenant }: Grantor, roleId: string) =>
  and(eq(roles.id, roleId), eq(roles.accountId, tenant.accountId));

/** A role of the account itself. Refuses `global_role` for one that every account has. */
export async function readOwn(by: Grantor, roleId: string): Promise<Role> {
  const role = presentRole(await readRole(by, roleId));
  if (role.global) throw new Refusal("global_role");
  return role;
}

/** Two roles that read alike would be taken for one another, a global one most of all. */
export async function assertNameAvailable({ tx, tenant }: Grantor, name: string, except?: string) {
  const alike = sql`lower(${roles.name}) = lower(${name})`;
  const others = except === undefined ? undefined : ne(roles.id, except);
  const [namesake] = await tx
    .select({ id: roles.id })
    .from(roles)
    .where(and(rolesFor(tenant), alike, others))
    .limit(1);
  if (namesake) throw taken("name", inUse);
}

const inUse = "There is a role of this name already. Choose another.";

export const roleNameTaken = takenBy("roles_name_once", inUse);
