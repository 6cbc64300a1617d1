import { z } from "zod";
import { roles } from "#db/schema/access.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { keepAdministrator } from "../administrators.ts";
import { holdersOf, rejectSelfModification, requireMayGrant } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import { orTry, outgrownDetails, outgrownFields, wireOutgrown } from "../issued/outgrown.ts";
import { measureOf, requireRightsOver } from "../over/rights-over.ts";
import { tellAllRights } from "./notices.ts";
import { ownRole, readOwn, roleBefore, roleId, toRoleDetails } from "./role.ts";

/** Deletes a role for good; whoever holds it loses it. Refuses a role that one holds oneself, and a global one. */
export const deleteRole = defineOperation({
  name: "roles.delete",
  summary: "Delete a role, and take it from all who hold it",
  route: "DELETE /roles/{roleId}",
  allow: "delete:role",
  stepUp: "always",
  input: z.strictObject({ accountId, roleId, ...outgrownFields }),
  output: z.object({ before: roleBefore, outgrown: wireOutgrown }),
  audit: ({ input, output: { before, outgrown } }) => ({
    target: input.roleId,
    details: { before, ...outgrownDetails(outgrown) },
  }),

  run: (context, { roleId, endSecretsOf, dryRun }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const role = await readOwn(context, roleId);
        rejectSelfModification(role.heldByYou, "You hold this role yourself: somebody else has to delete it.");
        await requireMayGrant(context, role.permissions, {});
        const who = holdersOf(roleId, context.tenant.accountId);
        await requireRightsOver(context, who, measureOf(role.permissions, {}));
        await tellAllRights(context.tx, who, `an administrator deleted your role ${role.name}.`);
        const [, outgrown] = await changeRights(context, { who, endSecretsOf }, () =>
          context.tx.delete(roles).where(ownRole(context, roleId)),
        );
        return { before: toRoleDetails(role), outgrown };
      }),
    ),
});
