import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { users } from "#db/schema/users.ts";
import { breaks, notFound, Refusal } from "#lib/core/errors.ts";
import { accountId, instant, uuid, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { keepAdministrator } from "../administrators.ts";
import { type Grantor, rejectSelfModification, requireMayGrant, rolesFor } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import { orTry, outgrownDetails, outgrownFields, wireOutgrown } from "../issued/outgrown.ts";
import { measureOf, oneUser, requireMayDeny, requireRightsOver } from "../over/over.ts";
import { tellRights } from "./notices.ts";
import { requireRoleQuota } from "./quota.ts";

const userId = uuid().meta({ description: "The user's id" });
const roleId = uuid().meta({ description: "The role's id" });
const named = z.object({ id: z.uuid(), name: z.string() });

/** The roles that somebody holds: what was granted to them, and what they hold through groups. */
export const listRolesOf = defineOperation({
  name: "roles.list_of",
  summary: "List the roles that a user holds, and through which groups",
  route: "GET /users/{userId}/roles",
  allow: "get:user",
  input: z.strictObject({ accountId, userId }),
  output: z.object({
    items: z.array(
      named.extend({
        global: z.boolean(),
        direct: z.boolean().meta({ description: "Granted to the user, rather than to a group" }),
        groups: z.array(named).meta({ description: "The user's groups that hold it" }),
        grantedAt: instant.nullable().meta({ description: "When it was granted to the user; null when it was not" }),
      }),
    ),
  }),

  async run({ tx, tenant }, { userId }) {
    await assertUserInAccount(tx, tenant, userId);
    return { items: await rolesHeldBy(tx, tenant, userId) };
  },
});

/**
 * The roles that somebody of the tenant holds, or an API user, each with its way: by themselves, through which groups.
 */
export async function rolesHeldBy(tx: Db, { accountId }: Tenant, userId: string) {
  const through = sql<{ id: string; name: string }[]>`coalesce((
    select json_agg(json_build_object('id', g.id, 'name', g.name) order by lower(g.name))
    from group_roles held join groups g on g.id = held.group_id
    where held.role_id = roles.id and g.account_id = ${accountId} and (
      exists (select from group_members m where m.group_id = g.id and m.user_id = ${userId})
      or exists (select from api_user_groups m where m.group_id = g.id and m.api_user_id = ${userId}))), '[]'::json)`;
  const rows = await tx
    .select({ role: roles, grantedAt: userRoles.grantedAt, groups: through })
    .from(roles)
    .leftJoin(userRoles, and(eq(userRoles.roleId, roles.id), eq(userRoles.userId, userId)))
    .where(and(rolesFor({ accountId }), sql`(${userRoles.userId} is not null or json_array_length(${through}) > 0)`))
    .orderBy(sql`lower(${roles.name})`, roles.id);
  return rows.map(({ role: { id, name, accountId, permissions }, grantedAt, groups }) => ({
    id,
    name,
    permissions,
    global: accountId === null,
    direct: grantedAt !== null,
    groups,
    grantedAt: wire(grantedAt),
  }));
}

/**
 * Grants a role; once more is fine. Administrator takes the place of all other roles of the user (RG3). Refuses
 * oneself, what one does not hold, and any other role for an administrator.
 */
export const grantRole = defineOperation({
  name: "roles.grant",
  summary: "Grant a role to a user",
  route: "PUT /users/{userId}/roles/{roleId}",
  allow: "grant:role",
  stepUp: "always",
  input: z.strictObject({ accountId, userId, roleId, ...outgrownFields }),
  output: z.object({
    granted: named,
    revoked: z.array(named).meta({ description: "What Administrator took the place of" }),
    outgrown: wireOutgrown,
  }),
  audit: ({ input, output: { outgrown, ...given } }) => ({
    target: input.userId,
    details: { ...given, ...outgrownDetails(outgrown) },
  }),

  run: (context, { userId, roleId, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        await assertUserInAccount(context.tx, context.tenant, userId);
        rejectSelfModification(userId === context.actor.id, "Nobody grants a role to themselves.");
        const give = () => giveRole(context, userId, roleId);
        const concerned = { who: oneUser(userId), endSecretsOf };
        const [{ isNew, ...given }, outgrown] = await changeRights(context, concerned, give);
        if (isNew) await tellRights(context.tx, userId, grantedWords(given));
        return { ...given, outgrown };
      }),
    ),
});

/** Takes a role from a user. Refuses oneself, the last administrator, and to lift denials of what one does not hold. */
export const revokeRole = defineOperation({
  name: "roles.revoke",
  summary: "Revoke a role of a user",
  route: "DELETE /users/{userId}/roles/{roleId}",
  allow: "revoke:role",
  stepUp: "always",
  input: z.strictObject({ accountId, userId, roleId, ...outgrownFields }),
  output: z.object({ revoked: named, outgrown: wireOutgrown }),
  audit: ({ input, output: { revoked, outgrown } }) => ({
    target: input.userId,
    details: { revoked, ...outgrownDetails(outgrown) },
  }),

  run: (context, { userId, roleId, endSecretsOf, dryRun }) =>
    orTry(context.tx, dryRun, () =>
      keepAdministrator(context.tx, context.tenant.accountId, async () => {
        await assertUserInAccount(context.tx, context.tenant, userId);
        rejectSelfModification(userId === context.actor.id, "Nobody revokes a role of their own.");
        const role = await grantable(context, roleId);
        await requireMayGrant(context, role.permissions, {});
        await requireRightsOver(context, oneUser(userId), measureOf(role.permissions, {}));
        const concerned = { who: oneUser(userId), endSecretsOf };
        const [, outgrown] = await changeRights(context, concerned, () => takeRole(context, userId, roleId));
        await tellRights(context.tx, userId, `an administrator revoked your role ${role.name}.`);
        return { revoked: role, outgrown };
      }),
    ),
});

async function takeRole({ tx }: Grantor, userId: string, roleId: string) {
  const grant = and(eq(userRoles.userId, userId), eq(userRoles.roleId, roleId));
  const [gone] = await tx.delete(userRoles).where(grant).returning({ id: userRoles.roleId });
  if (!gone) throw notFound("role of this user");
}

type GrantChange = { granted: z.output<typeof named>; revoked: z.output<typeof named>[] };

function grantedWords({ granted, revoked }: GrantChange): string {
  const sentence = `an administrator granted you the role ${granted.name}.`;
  return revoked.length ? `${sentence} It takes the place of ${revoked.map(({ name }) => name).join(", ")}.` : sentence;
}

/**
 * Gives a role to somebody of the tenant, as {@link grantRole} does, within a transaction that holds the account or
 * makes the user. Refuses a role that is not there, what the giver does not hold, and another role for an
 * administrator.
 */
async function giveRole(by: Grantor, userId: string, roleId: string): Promise<GrantChange & { isNew: boolean }> {
  const role = await grantable(by, roleId);
  await requireMayGrant(by, {}, role.permissions);
  await requireMayDeny(by, {}, role.permissions, oneUser(userId));
  await requireRightsOver(by, oneUser(userId), measureOf({}, role.permissions));
  const { id, name } = role;
  if (isAdministrator(role)) return { granted: { id, name }, ...(await makeAdministrator(by, userId, id)) };
  if (await holdsAdministrator(by.tx, userId)) throw new Refusal("admin_account_immutable");
  await requireRoleQuota(by.tx, userId, roleId);
  return { granted: { id, name }, revoked: [], isNew: await insertGrant(by.tx, userId, roleId) };
}

type Grantable = { id: string; name: string; accountId: string | null; permissions: Record<string, string> };

/**
 * A role that can be granted in the place; `invalid_role_id` beside `not_found` tells it from a user who is not there
 * (RG2).
 */
async function grantable({ tx, tenant }: Grantor, roleId: string): Promise<Grantable> {
  const [role] = await tx
    .select()
    .from(roles)
    .where(and(eq(roles.id, roleId), rolesFor(tenant)));
  if (role) return role;
  const { message } = notFound("role");
  throw new Refusal("not_found", message, { errors: [{ pointer: "/roleId", code: "invalid_role_id", message }] });
}

/** The role that every portal has for who may do everything: only that one takes the place of others. */
const isAdministrator = ({ name, accountId }: Pick<Grantable, "name" | "accountId">) =>
  accountId === null && name === "Administrator";

async function holdsAdministrator(tx: Db, userId: string): Promise<boolean> {
  const [held] = await tx
    .select({ id: roles.id })
    .from(userRoles)
    .innerJoin(roles, eq(roles.id, userRoles.roleId))
    .where(and(eq(userRoles.userId, userId), eq(roles.name, "Administrator"), isNull(roles.accountId)));
  return held !== undefined;
}

async function makeAdministrator({ tx }: Grantor, userId: string, roleId: string) {
  const others = and(eq(userRoles.userId, userId), ne(userRoles.roleId, roleId));
  const gone = tx.$with("gone").as(tx.delete(userRoles).where(others).returning({ roleId: userRoles.roleId }));
  const revoked = await tx
    .with(gone)
    .select({ id: roles.id, name: roles.name })
    .from(gone)
    .innerJoin(roles, eq(roles.id, gone.roleId));
  return { revoked, isNew: await insertGrant(tx, userId, roleId) };
}

/** Answers whether it was not held before. A role that is deleted at the same moment was not there. */
async function insertGrant(tx: Db, userId: string, roleId: string): Promise<boolean> {
  const made = await tx
    .insert(userRoles)
    .values({ userId, roleId })
    .onConflictDoNothing()
    .returning({ id: userRoles.roleId })
    .catch((error) => {
      throw breaks("user_roles_role_id_roles_id_fk", error) ? notFound("role") : error;
    });
  return made.length > 0;
}

/** Refuses somebody who is not in the place. */
async function assertUserInAccount(tx: Db, { accountId }: Tenant, userId: string): Promise<void> {
  const theirs = and(eq(users.id, userId), eq(users.accountId, accountId));
  const [user] = await tx.select({ id: users.id }).from(users).where(theirs);
  if (!user) throw notFound("user");
}
