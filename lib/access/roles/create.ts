import { z } from "zod";
import { roles } from "#db/schema/access.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { requireMayGrant } from "../granting/grant-rules.ts";
import { permissionMap, presentRole, readRole, wireRole } from "./list.ts";
import { requireQuota } from "./quota.ts";
import { assertNameAvailable, roleDescription, roleName, roleNameTaken, toRoleDetails } from "./role.ts";

/** Makes a role. Refuses `privilege_escalation` where it allows what its maker does not hold (I-29). */
export const createRole = defineOperation({
  name: "roles.create",
  summary: "Make a role",
  route: "POST /roles",
  allow: "create:role",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({ accountId, name: roleName, description: roleDescription.default(""), permissions: permissionMap })
    .meta({ examples: [{ name: "Help desk", permissions: { "admin:own:list:user": "allowed" } }] }),
  output: wireRole,
  audit: ({ output }) => ({ target: output.id, details: { after: toRoleDetails(output) } }),

  async run(context, { name, description, permissions }) {
    const { actor, tenant, tx } = context;
    await requireMayGrant(context, {}, permissions);
    await assertNameAvailable(context, name);
    await requireQuota(tx, tenant.accountId, "roles");
    const by = { createdBy: actor.id, modifiedBy: actor.id };
    const [made] = await tx
      .insert(roles)
      .values({ accountId: tenant.accountId, name, description, permissions, ...by })
      .returning({ id: roles.id })
      .catch(roleNameTaken);
    return presentRole(await readRole(context, String(made?.id)));
  },
});
