import { and, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { breaks, notFound, Refusal } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { keepAdministrator } from "../administrators.ts";
import { type Grantor, rejectSelfModification, requireMayGrant } from "../granting/grant-rules.ts";
import { changeRights } from "../issued/change-rights.ts";
import { orTry, outgrownDetails, outgrownFields, wireOutgrown } from "../issued/outgrown.ts";
import { measureOf, oneUser, requireMayDeny, requireRightsOver } from "../over/rights-over.ts";
import { assertUserInAccount, type Grantable, grantable, grantedRoleId, granteeId, named } from "./grants.ts";
import { tellRights } from "./notices.ts";
import { requireRoleQuota } from "./quota.ts";

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
  input: z.strictObject({ accountId, userId: granteeId, roleId: grantedRoleId, ...outgrownFields }),
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
    orTry(context, dryRun, () =>
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
