import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import type { PermissionMap } from "#db/schema/columns.ts";

export type GlobalRole = "Administrator" | "Power User" | "Read Only" | "Member";

/** The global roles that every portal has; the first three as the AIMS contract has them (RO1). */
export const globalRoles: Record<GlobalRole, PermissionMap> = {
  Administrator: { "*:*:*:*": "allowed" },
  "Power User": {
    "*:own:*:*": "allowed",
    "admin:own:create:*": "denied",
    "admin:own:update:*": "denied",
    "admin:own:delete:*": "denied",
    "admin:own:grant:*": "denied",
    "admin:own:revoke:*": "denied",
  },
  "Read Only": { "*:own:list:*": "allowed", "*:own:get:*": "allowed" },
  Member: {
    "portal:own:get:profile": "allowed",
    "portal:own:update:profile": "allowed",
    "portal:own:*:token": "allowed",
    "portal:own:*:service_credential": "allowed",
    "pro:own:*:*": "allowed",
  },
};

/** Sees to it that the global roles are there, as this version has them. */
export async function ensureGlobalRoles(tx: Db): Promise<void> {
  const values = Object.entries(globalRoles).map(([name, permissions]) => ({ name, permissions }));
  await tx
    .insert(roles)
    .values(values)
    .onConflictDoUpdate({ target: [roles.accountId, roles.name], set: { permissions: sql`excluded.permissions` } });
}
