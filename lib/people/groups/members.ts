import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { groupMembers, groups } from "#db/schema/access.ts";
import { users } from "#db/schema/users.ts";
import { type Grantor, rejectSelfModification } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import { type EndSecretsOf, noneOutgrown, type Outgrown, outgrownDetails } from "#lib/access/issued/outgrown.ts";
import { measureOf, requireRightsOver } from "#lib/access/over/rights-over.ts";
import { tellThese } from "#lib/access/roles/notices.ts";
import type { Caller } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { readGroup } from "./list.ts";
import { requireMayDenyRoles, requireMayGrantAndRevoke, rolesOfGroup, saidBy } from "./member-rules.ts";

export const memberGroupId = uuid().meta({ description: "The group's id" });

export const userIds = z
  .array(uuid())
  .max(100, "Name at most 100 at a time.")
  .default([])
  .transform((ids) => [...new Set(ids)]);

type Move = { add: string[]; remove: string[]; endSecretsOf: EndSecretsOf };

type Moved = { added: string[]; removed: string[]; outgrown: Outgrown };

/** What goes on record of it. */
export const movedDetails = ({ added, removed, outgrown }: Moved) => ({
  added,
  removed,
  ...outgrownDetails(outgrown),
});

/** Tells those who were taken into a group, or out of it, what they hold through it now, or no longer do. */
export async function tellMoved(
  { tx, tenant, actor }: Grantor,
  groupId: string,
  { added, removed }: Moved,
): Promise<void> {
  if (!added.length && !removed.length) return;
  const { name, roles } = await readGroup({ tx, tenant, actor }, groupId);
  const held = roles.map((role) => role.name);
  const gain = held.length ? ` You hold through it: ${held.join(", ")}.` : "";
  const loss = held.length ? ` You no longer hold through it: ${held.join(", ")}.` : "";
  await tellThese(tx, added, `an administrator took you into the group ${name}.${gain}`);
  await tellThese(tx, removed, `an administrator took you out of the group ${name}.${loss}`);
}

/** As {@link changeMembers}, within a transaction that keeps the account an administrator. */
export async function moveMembers(
  by: Grantor & { caller: Caller },
  groupId: string,
  { add, remove, endSecretsOf }: Move,
): Promise<Moved> {
  await assertGroupIsHere(by, groupId);
  await assertUsersInAccount(by, [...add, ...remove]);
  const isOwn = [...add, ...remove].includes(by.actor.id);
  rejectSelfModification(isOwn, "Nobody takes themselves into a group, or out of it.");
  const held = await rolesOfGroup(by, groupId);
  await requireMayGrantAndRevoke(by, held, add.length > 0, remove.length > 0);
  await requireMayDenyRoles(by, held, these(add));
  const said = saidBy(held);
  if (add.length) await requireRightsOver(by, these(add), measureOf({}, said));
  if (remove.length) await requireRightsOver(by, these(remove), measureOf(said, {}));
  const who = these([...add, ...remove]);
  const move = async () => ({ added: await takeIn(by, groupId, add), removed: await takeOut(by, groupId, remove) });
  const [moved, outgrown] = held.length
    ? await changeRights(by, { who, endSecretsOf }, move)
    : [await move(), noneOutgrown];
  if (moved.added.length || moved.removed.length) await accessChanged(by.tx, by.tenant);
  return { ...moved, outgrown };
}

const these = (userIds: string[]) => sql`select unnest(${sql.param(userIds)}::uuid[])`;

export async function assertGroupIsHere({ tx, tenant }: Pick<Grantor, "tx" | "tenant">, groupId: string) {
  const theirs = and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId));
  const [group] = await tx.select({ id: groups.id }).from(groups).where(theirs);
  if (!group) throw notFound("group");
}

async function assertUsersInAccount({ tx, tenant }: Grantor, ids: string[]) {
  const wanted = [...new Set(ids)];
  if (!wanted.length) return;
  const theirs = and(inArray(users.id, wanted), eq(users.accountId, tenant.accountId));
  const found = await tx.select({ id: users.id }).from(users).where(theirs);
  if (found.length < wanted.length) throw notFound("user");
}

async function takeIn({ tx, tenant }: Grantor, groupId: string, ids: string[]): Promise<string[]> {
  if (!ids.length) return [];
  const members = ids.map((userId) => ({ groupId, accountId: tenant.accountId, userId }));
  const added = await tx.insert(groupMembers).values(members).onConflictDoNothing().returning();
  return added.map(({ userId }) => userId);
}

async function takeOut({ tx, tenant }: Grantor, groupId: string, ids: string[]): Promise<string[]> {
  if (!ids.length) return [];
  const theirs = and(eq(groupMembers.groupId, groupId), eq(groupMembers.accountId, tenant.accountId));
  const removed = await tx
    .delete(groupMembers)
    .where(and(theirs, inArray(groupMembers.userId, ids)))
    .returning();
  return removed.map(({ userId }) => userId);
}
