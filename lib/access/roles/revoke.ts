import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { userRoles } from "#db/schema/access.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { keepAdministrator } from "../administrators.ts";
import { type Grantor, rejectSelfModification, requireMayGrant } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import { orTry, outgrownDetails, outgrownFields, wireOutgrown } from "../issued/outgrown.ts";
import { measureOf, oneUser, requireRightsOver } from "../over/rights-over.ts";
import { assertUserInAccount, grantable, grantedRoleId, granteeId, named } from "./grants.ts";
import { tellRights } from "./notices.ts";

/** Takes a role from a user. Refuses oneself, the last administrator, and to lift denials of what one does not hold. */
export const revokeRole = defineOperation({
  name: "roles.revoke",
  summary: "Revoke a role of a user",
  route: "DELETE /users/{userId}/roles/{roleId}",
  allow: "revoke:role",
  stepUp: "always",
  input: z.strictObject({ accountId, userId: granteeId, roleId: grantedRoleId, ...outgrownFields }),
  output: z.object({ revoked: named, outgrown: wireOutgrown }),
  audit: ({ input, output: { revoked, outgrown } }) => ({
    target: input.userId,
    details: { revoked, ...outgrownDetails(outgrown) },
  }),

  run: (context, { userId, roleId, endSecretsOf, dryRun }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        await assertUserInAccount(context.tx, context.tenant, userId);
        rejectSelfModification(userId === context.actor.id, "Nobody revokes a role of their own.");
        const role = await grantable(context, roleId);
        await requireMayGrant(context, role.permissions, {});
        await requireRightsOver(context, oneUser(userId), measureOf(role.permissions, {}));
        const concerned = { who: oneUser(userId), endSecretsOf };
        const [, outgrown] = await changeRights(context, concerned, () => takeRole(context, userId, roleId));
        await tellRights(context.tx, userId, `an administrator revoked your role ${role.name}.`);
        return { revoked: role, outgrown };
      }),
    ),
});

async function takeRole({ tx }: Grantor, userId: string, roleId: string) {
  const grant = and(eq(userRoles.userId, userId), eq(userRoles.roleId, roleId));
  const [gone] = await tx.delete(userRoles).where(grant).returning({ id: userRoles.roleId });
  if (!gone) throw notFound("role of this user");
}
