import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { groupMembers, groupRoles, groups, roles } from "#db/schema/access.ts";
import { directory, users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { type Grantor, rejectSelfModification, requireMayGrant } from "#lib/access/granting/grant-rules.ts";
import { changeRights } from "#lib/access/issued/change-rights.ts";
import {
  type EndSecretsOf,
  noneOutgrown,
  type Outgrown,
  orTry,
  outgrownDetails,
  outgrownFields,
  wireOutgrown,
} from "#lib/access/issued/outgrown.ts";
import { measureOf, requireMayDeny, requireRightsOver } from "#lib/access/over/over.ts";
import { tellThese } from "#lib/access/roles/notices.ts";
import type { Caller } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { asOne, type Permissions } from "#lib/core/delegation.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, page, pageQuery, uuid, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";
import { readGroup } from "./list.ts";

const groupId = uuid().meta({ description: "The group's id" });

const member = z.object({
  id: z.uuid(),
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  active: z.boolean(),
  addedAt: instant,
});

const { id, username, fullName, email, active } = directory;
const person = { id, username, fullName, email, active };

/** Lists the members of a group by name, a page at a time. */
export const listMembers = defineOperation({
  name: "groups.list_members",
  summary: "List the members of a group",
  route: "GET /groups/{groupId}/members",
  allow: "get:group",
  input: z.strictObject({
    accountId,
    groupId,
    search: line(100).optional().meta({ description: "Part of the name, username or e-mail address" }),
    ...pageQuery,
  }),
  output: page(member),

  async run({ tx, tenant }, { groupId, search, limit, cursor }) {
    await assertGroupExists({ tx, tenant }, groupId);
    const paging = keysetPage(["members", groupId, search], { limit, cursor }, [directory.nameKey, directory.id]);
    const rows = await tx
      .select({ ...person, addedAt: groupMembers.addedAt, position: paging.position })
      .from(groupMembers)
      .innerJoin(directory, eq(directory.id, groupMembers.userId))
      .where(
        and(
          eq(groupMembers.groupId, groupId),
          eq(directory.accountId, tenant.accountId),
          matching(search),
          paging.after,
        ),
      )
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, ({ position: _, ...row }) => ({ ...row, addedAt: wire(row.addedAt) }));
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  return sql`${directory.words} like ${containing(search.toLowerCase())}`;
}

const userIds = z
  .array(uuid())
  .max(100, "Name at most 100 at a time.")
  .default([])
  .transform((ids) => [...new Set(ids)]);

/**
 * Takes people into a group and out of it; who is in or out already stays so. Where the group holds roles, that grants
 * and revokes them: with those permissions, nothing one does not hold, and never to oneself.
 */
export const changeMembers = defineOperation({
  name: "groups.change_members",
  summary: "Take users into a group, and out of it",
  route: "PATCH /groups/{groupId}/members",
  allow: "update:group",
  stepUp: "always",
  changes: ({ add, remove }) => add.length + remove.length,
  input: z
    .strictObject({
      accountId,
      groupId,
      add: userIds.meta({ description: "Ids of users to take in" }),
      remove: userIds.meta({ description: "Ids of users to take out" }),
      ...outgrownFields,
    })
    .meta({ examples: [{ add: ["0190a6f0-0000-7000-8000-000000000001"] }] }),
  output: z.object({
    added: z.array(z.uuid()).meta({ description: "Who was not in before" }),
    removed: z.array(z.uuid()).meta({ description: "Who was in until now" }),
    outgrown: wireOutgrown,
  }),
  audit: ({ input, output }) => ({ target: input.groupId, details: movedDetails(output) }),

  run: (context, { groupId, add, remove, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        const moved = await moveMembers(context, groupId, { add, remove, endSecretsOf });
        await tellMoved(context, groupId, moved);
        return moved;
      }),
    ),
});

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
  await assertGroupExists(by, groupId);
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

type GrantedRole = { permissions: Permissions };

/** What these roles say together. */
export const saidBy = (held: GrantedRole[]): Permissions => asOne(held.map(({ permissions }) => permissions));

/** Refuses to who may not grant these roles, or not revoke them; where there are none, nothing is granted. */
export async function requireMayGrantAndRevoke(
  by: Grantor,
  given: GrantedRole[],
  grants: boolean,
  revokes: boolean,
): Promise<void> {
  if (!given.length) return;
  if (grants) authorize({ allow: "grant:role", stepUp: "always" }, by.actor, by.tenant);
  if (revokes) authorize({ allow: "revoke:role", stepUp: "always" }, by.actor, by.tenant);
  for (const { permissions } of given) {
    if (grants) await requireMayGrant(by, {}, permissions);
    if (revokes) await requireMayGrant(by, permissions, {});
  }
}

/** Refuses roles that deny to any of these people what who gives them does not hold. */
export const requireMayDenyRoles = (by: Grantor, given: GrantedRole[], people: SQL): Promise<void> =>
  requireMayDeny(by, {}, saidBy(given), people);

/** The roles that a group holds. */
export const rolesOfGroup = ({ tx, tenant }: Pick<Grantor, "tx" | "tenant">, groupId: string) =>
  tx
    .select({ id: roles.id, permissions: roles.permissions })
    .from(groupRoles)
    .innerJoin(roles, eq(roles.id, groupRoles.roleId))
    .where(and(eq(groupRoles.groupId, groupId), eq(groupRoles.accountId, tenant.accountId)));

async function assertGroupExists({ tx, tenant }: Pick<Grantor, "tx" | "tenant">, groupId: string) {
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
