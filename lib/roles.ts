import { sql } from "drizzle-orm";
import type { Db } from "#lib/db/index.ts";
import { type PermissionMap, roles } from "#lib/db/schema.ts";

/** The global roles that every portal has. */
export const globalRoles: Record<"Administrator" | "Member", PermissionMap> = {
  Administrator: { "*:*:*:*": "allowed" },
  Member: {
    "aims:own:get:profile": "allowed",
    "aims:own:update:profile": "allowed",
    "aims:own:*:token": "allowed",
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
