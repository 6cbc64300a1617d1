import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { noneOutgrown, orTry, outgrownDetails, outgrownFields, wireOutgrown } from "#lib/access/issued/outgrown.ts";
import { joinNames, tellAllRights } from "#lib/access/roles/notices.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import {
  groupBefore,
  groupDescription,
  groupId,
  groupName,
  groupNameTaken,
  isGroupHere,
  peopleOf,
  roleIds,
  toGroupDetails,
} from "./fields.ts";
import { type Group, readGroup, wireGroup } from "./list.ts";
import { changeRoles } from "./roles.ts";

/**
 * Changes a group; its roles are replaced as a whole, for all members at once. That asks for the permissions to grant
 * and to revoke, and gives nothing one does not hold. Refuses new roles for a group that one is in oneself.
 */
export const updateGroup = defineOperation({
  name: "groups.update",
  summary: "Change a group, or the roles its members hold through it",
  route: "PATCH /groups/{groupId}",
  allow: "update:group",
  stepUp: "always",
  input: z
    .strictObject({
      accountId,
      groupId,
      name: groupName.optional(),
      description: groupDescription.optional(),
      roleIds: roleIds.optional(),
      version,
      ...outgrownFields,
    })
    .meta({ examples: [{ name: "First line" }] }),
  output: wireGroup.extend({ before: groupBefore, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toGroupDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { groupId, version, name, description, roleIds, endSecretsOf, dryRun }) =>
    orTry(context, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const group = await readGroup(context, groupId);
        assertVersion(version, group.version, "This group");
        const outgrown = roleIds ? await changeRoles(context, group, roleIds, endSecretsOf) : noneOutgrown;
        await write(context, groupId, { name, description });
        const changed = await readGroup(context, groupId);
        await tellMembers(context, group, changed);
        return { ...changed, before: toGroupDetails(group), outgrown };
      }),
    ),
});

async function tellMembers({ tx }: Grantor, before: Group, { id, name, roles }: Group) {
  if (isDeepStrictEqual(before.roles, roles)) return;
  const [had, has] = [toGroupDetails(before).roles, roles.map((role) => role.name)];
  const sentence = `an administrator changed what you hold through the group ${name}: ${joinNames(has, "no role")}. Until now it was ${joinNames(had, "no role")}.`;
  await tellAllRights(tx, peopleOf(id), sentence);
}

async function write(by: Grantor, groupId: string, changes: { name?: string; description?: string }) {
  const grown = { version: sql`${groups.version} + 1`, modifiedAt: sql`now()`, modifiedBy: by.actor.id };
  await by.tx
    .update(groups)
    .set({ ...changes, ...grown })
    .where(isGroupHere(by, groupId))
    .catch(groupNameTaken);
}
