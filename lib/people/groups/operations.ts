import { isDeepStrictEqual } from "node:util";
import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { groupMembers, groupRoles, groups, roles } from "#db/schema/access.ts";
import { apiUserGroups } from "#db/schema/machines.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { assertGroupBounded, sizeOfGroup } from "#lib/access/granting/bound.ts";
import { type Grantor, rejectSelfModification, rolesFor } from "#lib/access/granting/grant-rules.ts";
import { revokeCredentialsExceedingIssuer } from "#lib/access/issued/exceeding-issuer.ts";
import { measureOf, requireRightsOver } from "#lib/access/over/over.ts";
import { listed, tellAllRights } from "#lib/access/roles/notices.ts";
import { requireQuota } from "#lib/access/roles/quota.ts";
import type { Caller } from "#lib/core/actor.ts";
import { breaks, notFound } from "#lib/core/errors.ts";
import { accountId, line, name, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { takenBy } from "#lib/core/unique.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { type Group, readGroup, wireGroup } from "./list.ts";
import { requireMayDenyRoles, requireMayGrantAndRevoke, rolesIn, saidBy } from "./members.ts";

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
  fresh: true,
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
  fresh: true,
  input: z
    .strictObject({
      accountId,
      groupId,
      name: groupName.optional(),
      description: description.optional(),
      roleIds: roleIds.optional(),
      version,
    })
    .meta({ examples: [{ name: "First line" }] }),
  output: wireGroup.extend({ before }),
  audit: ({ output }) => ({ target: output.id, details: { before: output.before, after: toAuditDetails(output) } }),

  run: (context, { groupId, version, name, description, roleIds }) =>
    keepAdministrator(context.tx, context.tenant.accountId, async () => {
      const group = await readGroup(context, groupId);
      assertVersion(version, group.version, "This group");
      if (roleIds) await changeRoles(context, group, roleIds);
      await write(context, groupId, { name, description });
      const changed = await readGroup(context, groupId);
      await tellMembers(context, group, changed);
      return { ...changed, before: toAuditDetails(group) };
    }),
});

const peopleOf = (groupId: string) => sql`select user_id from group_members where group_id = ${groupId}`;

async function tellMembers({ tx }: Grantor, before: Group, { id, name, roles }: Group) {
  if (isDeepStrictEqual(before.roles, roles)) return;
  const [had, has] = [toAuditDetails(before).roles, roles.map((role) => role.name)];
  const sentence = `an administrator changed what you hold through the group ${name}: ${listed(has, "no role")}. Until now it was ${listed(had, "no role")}.`;
  await tellAllRights(tx, peopleOf(id), sentence);
}

/** Deletes a group for good; its members lose what they held through it. Refuses one's own group that holds roles. */
export const deleteGroup = defineOperation({
  name: "groups.delete",
  summary: "Delete a group, and take from its members what it holds",
  route: "DELETE /groups/{groupId}",
  allow: "delete:group",
  fresh: true,
  input: z.strictObject({ accountId, groupId }),
  output: z.object({ before }),
  audit: ({ input, output }) => ({ target: input.groupId, details: { before: output.before } }),

  run: (context, { groupId }) =>
    keepAdministrator(context.tx, context.tenant.accountId, async () => {
      const group = await readGroup(context, groupId);
      const held = await rolesIn(context, groupId);
      rejectSelfModification(
        group.includesYou && held.length > 0,
        "You hold roles through this group: somebody else has to delete it.",
      );
      await requireMayGrantAndRevoke(context, held, false, true);
      await requireRightsOver(context, membersOf(context, groupId), measureOf(saidBy(held), {}));
      const lost = `You held through it: ${listed(toAuditDetails(group).roles, "no role")}.`;
      await tellAllRights(
        context.tx,
        peopleOf(groupId),
        `an administrator deleted the group ${group.name}, which you were in. ${lost}`,
      );
      await revokeCredentialsExceedingIssuer(context, membersOf(context, groupId), () =>
        context.tx.delete(groups).where(own(context, groupId)),
      );
      await accessChanged(context.tx, context.tenant);
      return { before: toAuditDetails(group) };
    }),
});

const toAuditDetails = ({ name, description, roles }: Group) => ({
  name,
  description,
  roles: roles.map((role) => role.name),
});

const own = ({ tenant }: Grantor, groupId: string) =>
  and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId));

async function changeRoles(by: Grantor & { caller: Caller }, group: Group, roleIds: string[]) {
  const held = new Set(group.roles.map(({ id }) => id));
  const isSame = held.size === roleIds.length && roleIds.every((id) => held.has(id));
  if (isSame) return;
  rejectSelfModification(
    group.includesYou,
    "You are in this group yourself: somebody else has to change the roles it holds.",
  );
  await revokeCredentialsExceedingIssuer(by, membersOf(by, group.id), () => setRoles(by, group.id, roleIds));
}

/** Gives a group these roles and no others. */
async function setRoles(by: Grantor, groupId: string, roleIds: string[]) {
  const { tx, tenant } = by;
  const held = await rolesIn(by, groupId);
  const wanted = await rolesNamed(by, roleIds);
  const revoked = held.filter(({ id }) => !roleIds.includes(id));
  const granted = wanted.filter(({ id }) => !held.some((role) => role.id === id));
  await requireMayGrantAndRevoke(by, granted, true, false);
  await requireMayDenyRoles(by, granted, membersOf(by, groupId));
  await requireMayGrantAndRevoke(by, revoked, false, true);
  await requireRightsOver(by, membersOf(by, groupId), measureOf(saidBy(held), saidBy(wanted)));
  const size = await sizeOfGroup(tx, groupId);
  const gone = revoked.map(({ id }) => id);
  const ofGroup = and(eq(groupRoles.groupId, groupId), eq(groupRoles.accountId, tenant.accountId));
  if (gone.length) await tx.delete(groupRoles).where(and(ofGroup, inArray(groupRoles.roleId, gone)));
  const rows = granted.map(({ id }) => ({ groupId, accountId: tenant.accountId, roleId: id }));
  if (rows.length) await tx.insert(groupRoles).values(rows).catch(roleGone);
  await assertGroupBounded(by, groupId, size);
}

const membersOf = ({ tenant }: Grantor, groupId: string) => sql`select ${groupMembers.userId} from ${groupMembers}
  where ${groupMembers.groupId} = ${groupId} and ${groupMembers.accountId} = ${tenant.accountId}
  union all select ${apiUserGroups.apiUserId} from ${apiUserGroups}
  where ${apiUserGroups.groupId} = ${groupId} and ${apiUserGroups.accountId} = ${tenant.accountId}`;

async function rolesNamed({ tx, tenant }: Grantor, ids: string[]) {
  if (!ids.length) return [];
  const found = await tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(roles)
    .where(and(inArray(roles.id, ids), rolesFor(tenant)));
  if (found.length < ids.length) throw notFound("role");
  return found;
}

async function write(by: Grantor, groupId: string, changes: { name?: string; description?: string }) {
  const grown = { version: sql`${groups.version} + 1`, modifiedAt: sql`now()`, modifiedBy: by.actor.id };
  await by.tx
    .update(groups)
    .set({ ...changes, ...grown })
    .where(own(by, groupId))
    .catch(nameTaken);
}

function roleGone(error: unknown): never {
  throw breaks("group_roles_role_id_roles_id_fk", error) ? notFound("role") : error;
}

const nameTaken = takenBy("groups_name_once", "There is a group of this name already. Choose another.");
