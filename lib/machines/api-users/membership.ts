import { and, eq, inArray } from "drizzle-orm";
import { groups } from "#db/schema/access.ts";
import { apiUserGroups } from "#db/schema/machines.ts";
import { shareAccount } from "#lib/access/administrators.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import type { EndSecretsOf, Outgrown } from "#lib/access/issued/outgrown.ts";
import { measureOf, oneUser, requireRightsOver } from "#lib/access/over/rights-over.ts";
import type { Caller } from "#lib/core/actor.ts";
import { badField } from "#lib/core/errors.ts";
import {
  requireMayDenyRoles,
  requireMayGrantAndRevoke,
  rolesOfGroup,
  saidBy,
} from "#lib/people/groups/member-rules.ts";

/**
 * Puts an API user into these groups of the tenant and no others. Where a group holds roles, that grants or revokes
 * them: it takes those permissions, and nobody gives what they do not hold (I-29). Call {@link shareRights} before.
 */
export async function setGroups(
  by: Requester,
  apiUserId: string,
  groupIds: string[],
  endSecretsOf: EndSecretsOf,
): Promise<Outgrown> {
  const held = await groupsOf(by, apiUserId);
  const added = groupIds.filter((id) => !held.includes(id));
  const removed = held.filter((id) => !groupIds.includes(id));
  await assertGroupsExist(by, added);
  for (const id of added) await requireMayJoinGroup(by, apiUserId, id);
  for (const id of removed) await requireMayLeaveGroup(by, apiUserId, id);
  const concerned = { who: oneUser(apiUserId), endSecretsOf };
  const [, outgrown] = await changeRights(by, concerned, () => move(by, apiUserId, added, removed));
  return outgrown;
}

type Requester = Grantor & { caller: Caller };

/**
 * Rights are changed by who holds the account: none grow between looking at them here and the membership being there.
 * Call this before an address is written: whoever makes people within groups holds the account first as well.
 */
export const shareRights = ({ tx, tenant }: Grantor) => shareAccount(tx, tenant.accountId);

const ofUser = ({ tenant }: Grantor, apiUserId: string) =>
  and(eq(apiUserGroups.apiUserId, apiUserId), eq(apiUserGroups.accountId, tenant.accountId));

async function groupsOf(by: Grantor, apiUserId: string): Promise<string[]> {
  const rows = await by.tx.select({ id: apiUserGroups.groupId }).from(apiUserGroups).where(ofUser(by, apiUserId));
  return rows.map(({ id }) => id);
}

async function assertGroupsExist({ tx, tenant }: Grantor, ids: string[]) {
  if (!ids.length) return;
  const theirs = and(inArray(groups.id, ids), eq(groups.accountId, tenant.accountId));
  const found = await tx.select({ id: groups.id }).from(groups).where(theirs);
  if (found.length < ids.length) throw badField("groupIds", "unknown_group", "There is no such group here.");
}

async function requireMayJoinGroup(by: Grantor, apiUserId: string, groupId: string) {
  const given = await rolesOfGroup(by, groupId);
  await requireMayGrantAndRevoke(by, given, true, false);
  await requireMayDenyRoles(by, given, oneUser(apiUserId));
  await requireRightsOver(by, oneUser(apiUserId), measureOf({}, saidBy(given)));
}

async function requireMayLeaveGroup(by: Grantor, apiUserId: string, groupId: string) {
  const taken = await rolesOfGroup(by, groupId);
  await requireMayGrantAndRevoke(by, taken, false, true);
  await requireRightsOver(by, oneUser(apiUserId), measureOf(saidBy(taken), {}));
}

async function move(by: Grantor, apiUserId: string, added: string[], removed: string[]) {
  const rows = added.map((groupId) => ({ apiUserId, groupId, accountId: by.tenant.accountId }));
  if (rows.length) await by.tx.insert(apiUserGroups).values(rows).onConflictDoNothing();
  const left = and(ofUser(by, apiUserId), inArray(apiUserGroups.groupId, removed));
  if (removed.length) await by.tx.delete(apiUserGroups).where(left);
}
