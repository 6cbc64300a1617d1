import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { outgrownDetails } from "#lib/access/issued/outgrown.ts";
import { grantRole } from "#lib/access/roles/grant.ts";
import { revokeRole } from "#lib/access/roles/revoke.ts";
import { authorize } from "#lib/core/authorize.ts";
import { badField, Refusal } from "#lib/core/errors.ts";
import { type Context, defineOperation } from "#lib/core/operation.ts";
import { record } from "#lib/core/rows.ts";
import { isUnchanged } from "#lib/core/unchanged.ts";
import { changeUser } from "#lib/people/users/change.ts";
import { createUser } from "#lib/people/users/create.ts";
import { readUser } from "#lib/people/users/lock-rows.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { type User, wireUser } from "#lib/people/users/wire.ts";

/**
 * By its contract, a token of this scope changes users as its owner would: their addresses, and who is an
 * administrator.
 */
const withOwnersRights = "mx_user_write";

const administrator = z
  .boolean()
  .optional()
  .meta({ description: "Are they to hold the role Administrator? It stays as it is when left out" });

const asked = createUser.input.shape;

/** Makes a user, an administrator if asked for, who is invited by mail. Refuses what `users.create` refuses. */
export const createWholeUser = defineOperation({
  name: "users.create",
  summary: "Make a user, or an administrator",
  route: null,
  allow: "create:user",
  stepUp: "always",
  idempotencyKey: true,
  withOwnersRights,
  input: z.strictObject({
    accountId: asked.accountId,
    username: asked.username,
    fullName: asked.fullName,
    email: asked.email,
    active: asked.active,
    administrator,
  }),
  output: wireUser,
  audit: ({ output: { id, username, email, roles } }) => ({
    target: id,
    details: { username, email, roles: roles.map(({ name }) => name) },
  }),

  async run(context, { administrator, ...user }) {
    const roleIds = administrator ? [await administratorId(context.tx)] : [];
    return createUser.run(context, createUser.input.parse({ ...user, roleIds }));
  },
});

/**
 * Changes a user, and whether they are an administrator, both or neither. Refuses what `users.update`, `roles.grant`
 * and `roles.revoke` refuse.
 */
export const changeWholeUser = defineOperation({
  name: "users.update",
  summary: "Change a user, and whether they are an administrator",
  route: null,
  allow: "update:user",
  stepUp: "always",
  target: "userId",
  withOwnersRights,
  input: updateUser.input.pick({ userId: true, accountId: true, fullName: true, email: true, active: true }).extend({
    username: z.string().optional().meta({ description: "Fixed when a user is made: the one they have" }),
    administrator,
  }),
  output: wireUser,
  audit: ({ input: { userId, accountId: _, email, active, ...input } }) => ({
    target: userId,
    details: { fields: Object.keys({ email, active, ...input }), email, active },
  }),

  async run(context, { userId, accountId: _, username, administrator, ...changes }) {
    const { actor, tx, tenant } = context;
    // The account before the person, in the order of whatever may take an administrator away.
    await keepAdministrator(tx, tenant.accountId, async () => {
      const user = await readUser(tx, tenant, userId);
      if (![undefined, user.username].includes(username))
        throw badField("username", "fixed", "A name is fixed when a user is made.");
      await changeUser(tx, { actor, tenant }, userId, changes);
      await makeAdministrator(context, user, administrator);
    });
    return readUser(tx, tenant, userId);
  },
});

/** Of all roles, the one that may do everything. */
export const isAdministratorRole = ({ name, global }: User["roles"][number]) => global && name === "Administrator";

/** Grants or revokes the role, on record as if that had been asked for; nothing where it is as it should be. */
async function makeAdministrator(context: Context<"update:user">, user: User, wanted: boolean | undefined) {
  const held = user.roles.find(isAdministratorRole);
  if (wanted === undefined || wanted === (held !== undefined)) return;
  if (held && !held.direct)
    throw badField("administrator", "through_group", "Their group makes them one: take them out of it.");
  const { actor, tx, caller, tenant } = context;
  const operation = wanted ? grantRole : revokeRole;
  authorize(operation, actor, tenant);
  const grant = { userId: user.id, roleId: await administratorId(tx), endSecretsOf: "none", dryRun: false } as const;
  const by = { actor, tx, caller, tenant };
  const done = await (wanted ? grantRole.run(by, grant) : revokeRole.run(by, grant));
  if (done instanceof Refusal || isUnchanged(done)) throw done;
  const { outgrown, ...details } = done;
  await record(context, operation.name, { target: user.id, details: { ...details, ...outgrownDetails(outgrown) } });
}

async function administratorId(tx: Db): Promise<string> {
  const [role] = await tx
    .select({ id: roles.id })
    .from(roles)
    .where(and(isNull(roles.accountId), eq(roles.name, "Administrator")));
  if (!role) throw new Error("there is no role Administrator");
  return role.id;
}
