import { and, eq, inArray, sql } from "drizzle-orm";
import { groupMembers, groupRoles, roles } from "#db/schema/access.ts";
import { apiUserGroups } from "#db/schema/machines.ts";
import { assertGroupBounded, sizeOfGroup } from "#lib/access/granting/bound.ts";
import { type Grantor, rejectSelfModification, rolesFor } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import { type EndSecretsOf, noneOutgrown, type Outgrown } from "#lib/access/issued/outgrown.ts";
import { measureOf, requireRightsOver } from "#lib/access/over/rights-over.ts";
import type { Caller } from "#lib/core/actor.ts";
import { breaks, notFound } from "#lib/core/errors.ts";
import type { Group } from "./list.ts";
import { requireMayDenyRoles, requireMayGrantAndRevoke, rolesOfGroup, saidBy } from "./member-rules.ts";

type Requester = Grantor & { caller: Caller };

/** Replaces the roles of a group by others, for all its members. Refuses new roles for a group that one is in oneself. */
export async function changeRoles(
  by: Requester,
  group: Group,
  roleIds: string[],
  endSecretsOf: EndSecretsOf,
): Promise<Outgrown> {
  const held = new Set(group.roles.map(({ id }) => id));
  const isSame = held.size === roleIds.length && roleIds.every((id) => held.has(id));
  if (isSame) return noneOutgrown;
  rejectSelfModification(
    group.includesYou,
    "You are in this group yourself: somebody else has to change the roles it holds.",
  );
  const concerned = { who: membersOf(by, group.id), endSecretsOf };
  const [, outgrown] = await changeRights(by, concerned, () => setRoles(by, group.id, roleIds));
  return outgrown;
}

/** Gives a group these roles and no others. */
export async function setRoles(by: Grantor, groupId: string, roleIds: string[]) {
  const { tx, tenant } = by;
  const held = await rolesOfGroup(by, groupId);
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

/** Its people and API users: SQL for their ids. */
export const membersOf = (
  { tenant }: Grantor,
  groupId: string,
) => sql`select ${groupMembers.userId} from ${groupMembers}
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

function roleGone(error: unknown): never {
  throw breaks("group_roles_role_id_roles_id_fk", error) ? notFound("role") : error;
}
