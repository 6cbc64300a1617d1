import { and, eq, type SQL } from "drizzle-orm";
import { groupRoles, roles } from "#db/schema/access.ts";
import { type Grantor, requireMayGrant } from "#lib/access/granting/grant-rules.ts";
import { requireMayDeny } from "#lib/access/over/rights-over.ts";
import { authorize } from "#lib/core/authorize.ts";
import { asOne, type Permissions } from "#lib/core/delegation.ts";

type GrantedRole = { permissions: Permissions };

/** What these roles say together. */
export const saidBy = (held: GrantedRole[]): Permissions => asOne(held.map(({ permissions }) => permissions));

/** Refuses to who may not grant these roles, or not revoke them; where there are none, nothing is granted. */
export async function requireMayGrantAndRevoke(
  by: Grantor,
  given: GrantedRole[],
  grants: boolean,
  revokes: boolean,
): Promise<void> {
  if (!given.length) return;
  if (grants) authorize({ allow: "grant:role", stepUp: "always" }, by.actor, by.tenant);
  if (revokes) authorize({ allow: "revoke:role", stepUp: "always" }, by.actor, by.tenant);
  for (const { permissions } of given) {
    if (grants) await requireMayGrant(by, {}, permissions);
    if (revokes) await requireMayGrant(by, permissions, {});
  }
}

/** Refuses roles that deny to any of these people what who gives them does not hold. */
export const requireMayDenyRoles = (by: Grantor, given: GrantedRole[], people: SQL): Promise<void> =>
  requireMayDeny(by, {}, saidBy(given), people);

/** The roles that a group holds. */
export const rolesOfGroup = ({ tx, tenant }: Pick<Grantor, "tx" | "tenant">, groupId: string) =>
  tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(groupRoles)
    .innerJoin(roles, eq(roles.id, groupRoles.roleId))
    .where(and(eq(groupRoles.groupId, groupId), eq(groupRoles.accountId, tenant.accountId)));
