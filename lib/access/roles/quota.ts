import { and, count, eq, ne } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { groups, roles, userRoles } from "#db/schema/access.ts";
import { Refusal } from "#lib/core/errors.ts";

/** How many there may be; rights are read at every request, and what is read is held in memory. */
const mostRoles = { ofAccount: 1000, ofPerson: 50 };
const mostGroups = 1000;

/** Refuses `limit_reached` where an account has as many roles, or groups, as it may have. */
export async function requireQuota(tx: Db, accountId: string, what: "roles" | "groups"): Promise<void> {
  const [table, most] = what === "roles" ? [roles, mostRoles.ofAccount] : [groups, mostGroups];
  const [found] = await tx.select({ count: count() }).from(table).where(eq(table.accountId, accountId));
  if (Number(found?.count) >= most) throw full(`This account has ${most} ${what}, the most it may have.`);
}

/** Refuses `limit_reached` where somebody holds as many other roles as a person may. */
export async function requireRoleQuota(tx: Db, userId: string, roleId: string): Promise<void> {
  const others = and(eq(userRoles.userId, userId), ne(userRoles.roleId, roleId));
  const [held] = await tx.select({ count: count() }).from(userRoles).where(others);
  if (Number(held?.count) >= mostRoles.ofPerson)
    throw full(`This user holds ${mostRoles.ofPerson} roles, the most a person may. Use a group, or a wider role.`);
}

const full = (message: string) => new Refusal("limit_reached", message);
