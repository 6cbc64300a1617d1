import { isDeepStrictEqual } from "node:util";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { groups } from "#db/schema/access.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { type Grantor, rejectSelfModification } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import { noneOutgrown, orTry, outgrownDetails, outgrownFields, wireOutgrown } from "#lib/access/issued/outgrown.ts";
import { measureOf, requireRightsOver } from "#lib/access/over/over.ts";
import { joinNames, tellAllRights } from "#lib/access/roles/notices.ts";
import { requireQuota } from "#lib/access/roles/quota.ts";
import { accountId, line, name, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { takenBy } from "#lib/core/unique.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { type Group, readGroup, wireGroup } from "./list.ts";
import { requireMayGrantAndRevoke, rolesOfGroup, saidBy } from "./members.ts";
import { changeRoles, membersOf, setRoles } from "./roles.ts";

const groupId = uuid().meta({ description: "The group's id" });
const groupName = name(100).meta({ description: "Unique among the account's groups" });
const description = line(500).meta({ description: "Who belongs in it" });
const roleIds = z
  .array(uuid())
  .max(100, "Name at most 100 roles.")
  .transform((ids) => [...new Set(ids)])
  .meta({ description: "Ids of the roles that its members hold through it" });

/** One group, with the roles it holds. Its members are a list of their own. */
export const getGroup = defineOperation({
  name: "groups.get",
  summary: "Read a group",
  route: "GET /groups/{groupId}",
  allow: "get:group",
  input: z.strictObject({ accountId, groupId }),
  output: wireGroup,

  run: (context, { groupId }) => readGroup(context, groupId),
});

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
      description: description.default(""),
      roleIds: roleIds.default([]),
    })
    .meta({ examples: [{ name: "Help desk" }] }),
  output: wireGroup,
  audit: ({ output }) => ({ target: output.id, details: { after: toAuditDetails(output) } }),

  async run(context, { name, description, roleIds }) {
    const { actor, tenant, tx } = context;
    const by = { createdBy: actor.id, modifiedBy: actor.id };
    await requireQuota(tx, tenant.accountId, "groups");
    const [made] = await tx
      .insert(groups)
      .values({ accountId: tenant.accountId, name, description, ...by })
      .returning({ id: groups.id })
      .catch(nameTaken);
    await setRoles(context, String(made?.id), roleIds);
    return readGroup(context, String(made?.id));
  },
});

const before = z
  .object({ name: z.string(), description: z.string(), roles: z.array(z.string()) })
  .meta({ description: "What it was until now" });

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
      description: description.optional(),
      roleIds: roleIds.optional(),
      version,
      ...outgrownFields,
    })
    .meta({ examples: [{ name: "First line" }] }),
  output: wireGroup.extend({ before, outgrown: wireOutgrown }),
  audit: ({ output }) => ({
    target: output.id,
    details: { before: output.before, after: toAuditDetails(output), ...outgrownDetails(output.outgrown) },
  }),

  run: (context, { groupId, version, name, description, roleIds, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const group = await readGroup(context, groupId);
        assertVersion(version, group.version, "This group");
        const outgrown = roleIds ? await changeRoles(context, group, roleIds, endSecretsOf) : noneOutgrown;
        await write(context, groupId, { name, description });
        const changed = await readGroup(context, groupId);
        await tellMembers(context, group, changed);
        return { ...changed, before: toAuditDetails(group), outgrown };
      }),
    ),
});

const peopleOf = (groupId: string) => sql`select user_id from group_members where group_id = ${groupId}`;

async function tellMembers({ tx }: Grantor, before: Group, { id, name, roles }: Group) {
  if (isDeepStrictEqual(before.roles, roles)) return;
  const [had, has] = [toAuditDetails(before).roles, roles.map((role) => role.name)];
  const sentence = `an administrator changed what you hold through the group ${name}: ${joinNames(has, "no role")}. Until now it was ${joinNames(had, "no role")}.`;
  await tellAllRights(tx, peopleOf(id), sentence);
}

/** Deletes a group for good; its members lose what they held through it. Refuses one's own group that holds roles. */
export const deleteGroup = defineOperation({
  name: "groups.delete",
  summary: "Delete a group, and take from its members what it holds",
  route: "DELETE /groups/{groupId}",
  allow: "delete:group",
  stepUp: "always",
  input: z.strictObject({ accountId, groupId, ...outgrownFields }),
  output: z.object({ before, outgrown: wireOutgrown }),
  audit: ({ input, output: { before, outgrown } }) => ({
    target: input.groupId,
    details: { before, ...outgrownDetails(outgrown) },
  }),

  run: (context, { groupId, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const group = await readGroup(context, groupId);
        await requireMayDelete(context, group);
        await tellOfDeletion(context, group);
        const who = membersOf(context, groupId);
        const [, outgrown] = await changeRights(context, { who, endSecretsOf }, () =>
          context.tx.delete(groups).where(own(context, groupId)),
        );
        await accessChanged(context.tx, context.tenant);
        return { before: toAuditDetails(group), outgrown };
      }),
    ),
});

async function requireMayDelete(by: Grantor, { id, includesYou }: Group) {
  const held = await rolesOfGroup(by, id);
  rejectSelfModification(
    includesYou && held.length > 0,
    "You hold roles through this group: somebody else has to delete it.",
  );
  await requireMayGrantAndRevoke(by, held, false, true);
  await requireRightsOver(by, membersOf(by, id), measureOf(saidBy(held), {}));
}

function tellOfDeletion({ tx }: Grantor, group: Group) {
  const lost = `You held through it: ${joinNames(toAuditDetails(group).roles, "no role")}.`;
  const sentence = `an administrator deleted the group ${group.name}, which you were in. ${lost}`;
  return tellAllRights(tx, peopleOf(group.id), sentence);
}

const toAuditDetails = ({ name, description, roles }: Group) => ({
  name,
  description,
  roles: roles.map((role) => role.name),
});

const own = ({ tenant }: Grantor, groupId: string) =>
  and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId));

async function write(by: Grantor, groupId: string, changes: { name?: string; description?: string }) {
  const grown = { version: sql`${groups.version} + 1`, modifiedAt: sql`now()`, modifiedBy: by.actor.id };
  await by.tx
    .update(groups)
    .set({ ...changes, ...grown })
    .where(own(by, groupId))
    .catch(nameTaken);
}

const nameTaken = takenBy("groups_name_once", "There is a group of this name already. Choose another.");
