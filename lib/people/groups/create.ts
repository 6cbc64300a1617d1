import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import { requireQuota } from "#lib/access/roles/quota.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { groupDescription, groupName, groupNameTaken, roleIds, toGroupDetails } from "./fields.ts";
import { readGroup, wireGroup } from "./list.ts";
import { setRoles } from "./roles.ts";

/** Makes a group without members. Roles it is to hold ask for what granting them does. */
export const createGroup = defineOperation({
  name: "groups.create",
  summary: "Make a group",
  route: "POST /groups",
  allow: "create:group",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({
      accountId,
      name: groupName,
      description: groupDescription.default(""),
      roleIds: roleIds.default([]),
    })
    .meta({ examples: [{ name: "Help desk" }] }),
  output: wireGroup,
  audit: ({ output }) => ({ target: output.id, details: { after: toGroupDetails(output) } }),

  async run(context, { name, description, roleIds }) {
    const { actor, tenant, tx } = context;
    const by = { createdBy: actor.id, modifiedBy: actor.id };
    await requireQuota(tx, tenant.accountId, "groups");
    const [made] = await tx
      .insert(groups)
      .values({ accountId: tenant.accountId, name, description, ...by })
      .returning({ id: groups.id })
      .catch(groupNameTaken);
    await setRoles(context, String(made?.id), roleIds);
    return readGroup(context, String(made?.id));
  },
});
