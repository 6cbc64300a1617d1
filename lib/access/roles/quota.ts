import { and, eq, ne } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { groups, roles, userRoles } from "#db/schema/access.ts";
import { assertQuota } from "#lib/core/quota.ts";

/** How many there may be; rights are read at every request, and what is read is held in memory. */
const maxRoles = { ofAccount: 1000, ofUser: 50 };
const maxGroups = 1000;

/** Refuses `limit_reached` where an account has as many roles, or groups, as it may have. */
export async function requireQuota(tx: Db, accountId: string, what: "roles" | "groups"): Promise<void> {
  const [table, max] = what === "roles" ? [roles, maxRoles.ofAccount] : [groups, maxGroups];
  await assertQuota(
    tx,
    table,
    eq(table.accountId, accountId),
    max,
    `This account has ${max} ${what}, the most it may have.`,
  );
}

/** Refuses `limit_reached` where somebody holds as many other roles as a person may. */
export async function requireRoleQuota(tx: Db, userId: string, roleId: string): Promise<void> {
  const others = and(eq(userRoles.userId, userId), ne(userRoles.roleId, roleId));
  await assertQuota(tx, userRoles, others, maxRoles.ofUser, full);
}

const full = `This user holds ${maxRoles.ofUser} roles, the most a person may. Use a group, or a wider role.`;
