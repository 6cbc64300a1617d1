import { z } from "zod";
import type { Db } from "#db/client.ts";
import { shareAccount } from "#lib/access/administrators.ts";
import { requireMayGrant } from "#lib/access/granting/grant-rules.ts";
import type { Actor } from "#lib/core/actor.ts";
import { requireSession } from "#lib/core/authorize.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { profileFields, username } from "./fields.ts";
import { administrator, insertUser, isFirst, mayGrant } from "./insert.ts";
import { makeWithin } from "./join.ts";
import { mintOneTimePassword } from "./one-time.ts";
import { initialHours } from "./password-notices.ts";
import { wireUser } from "./wire.ts";

/** What a new user is made of, whoever asks for one. */
export const newUserFields = {
  ...profileFields,
  username: username.optional(),
  roleIds: z.array(uuid()).max(50).default([]).meta({ description: "Roles to grant; only what you hold yourself" }),
  accountId,
};

export type NewUser = Omit<z.output<z.ZodObject<typeof newUserFields>>, "accountId">;

export type CreatedUser = Omit<NewUser, "roleIds">;

/** How somebody is to sign in for the first time: by an invitation when there is no password. */
export type Initial = { passwordHash: string; once: boolean } | null;

/**
 * Makes a user, who is invited by mail to choose a password, or gets a one-time password that is in this answer and
 * nowhere else. Refuses `user_exists`, roles that the caller does not hold in full, and a one-time password to tokens.
 */
export const createUser = defineOperation({
  name: "users.create",
  summary: "Make a user: invite them by mail, or give them a one-time password",
  route: "POST /users",
  allow: "create:user",
  stepUp: "always",
  idempotencyKey: true,
  input: z
    .strictObject({
      ...newUserFields,
      groupIds: z
        .array(uuid())
        .max(20, "Name at most 20 groups.")
        .default([])
        .transform((ids) => [...new Set(ids)])
        .meta({ description: "Groups to take them into; what those hold, you must hold yourself" }),
      oneTimePassword: z
        .boolean()
        .default(false)
        .meta({
          description: `Make a password to hand over, good once, for ${initialHours} hours; no invitation is mailed then`,
        }),
    })
    .meta({ examples: [{ fullName: "Ada Okafor", email: "ada@example.org" }] }),
  output: wireUser.extend({
    oneTimePassword: z.string().nullable().meta({ secret: true, description: "Shown this once, never again" }),
  }),
  audit: ({ input, output }) => ({ target: output.id, details: createdUserDetails(output, input.oneTimePassword) }),

  async run(context, { oneTimePassword, accountId: _, groupIds, ...user }) {
    const { actor, tx, tenant } = context;
    if (oneTimePassword) requireSession(actor);
    const minted = oneTimePassword ? mintOneTimePassword() : null;
    const initial = minted === null ? null : { passwordHash: await hashPassword(minted), once: true };
    const made = await makeWithin(context, groupIds, () => makeUser(tx, actor, tenant, user, initial));
    return { ...made, oneTimePassword: minted };
  },
});

/** What stands on record of a user who was made. */
export const createdUserDetails = (
  { username, email, roles }: z.output<typeof wireUser>,
  oneTimePassword: boolean,
) => ({
  username,
  email,
  roles: roles.map(({ name }) => name),
  oneTimePassword,
});

/**
 * Makes a user and grants their roles. The first one of an account always becomes its Administrator (AIMS US6), and
 * Administrator stands in for every other role (RG3); that as well is only given by who holds it.
 */
export async function makeUser(tx: Db, actor: Actor, tenant: Tenant, asked: NewUser, initial: Initial) {
  const { roleIds, ...user } = asked;
  if (roleIds.length) await shareAccount(tx, tenant.accountId);
  const role = (await isFirst(tx, tenant.accountId)) ? await administrator(tx) : null;
  if (role) await requireMayGrant({ tx, actor, tenant }, {}, role.permissions);
  return insertUser(tx, actor, tenant, user, initial, role ? [role.id] : await mayGrant(tx, actor, tenant, roleIds));
}

/** Invites the administrator of an account that was only just made, by whoever may make accounts. */
export const makeFounder = async (tx: Db, actor: Actor, tenant: Tenant, user: CreatedUser) =>
  insertUser(tx, actor, tenant, user, null, [(await administrator(tx)).id]);
