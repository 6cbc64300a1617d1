import { z } from "zod";
import { requireSession } from "#lib/core/authorize.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { password } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { createdUserDetails, makeUser, newUserFields } from "#lib/people/users/create.ts";
import { nameOf } from "#lib/people/users/insert.ts";
import { wireUser } from "#lib/people/users/wire.ts";
import { rulesIn } from "#lib/sign-in/passwords/policy.ts";
import { assertStrongPassword } from "#lib/sign-in/passwords/weaknesses.ts";

/**
 * Makes a user as `createUser` does, with a password that is sent along: it has no route, so that no other API
 * leads to it. Without a password the person is invited. Refuses a weak one by `password`.
 */
export const createUserWithPassword = defineOperation({
  name: "users.create",
  summary: "Make a user with a password",
  route: null,
  allow: "create:user",
  stepUp: "always",
  idempotencyKey: true,
  input: z.strictObject({
    ...newUserFields,
    password: password.optional().meta({ description: "The first password; invited by mail without one" }),
    oneTimePassword: z.boolean().default(false).meta({ description: "It must be replaced at its first use" }),
  }),
  output: wireUser,
  audit: ({ input, output }) => ({ target: output.id, details: createdUserDetails(output, input.oneTimePassword) }),

  async run({ actor, tx, tenant }, { password, oneTimePassword, accountId: _, ...user }) {
    if (password === undefined) return makeUser(tx, actor, tenant, user, null);
    requireSession(actor);
    const accountName = await nameOf(tx, tenant.accountId);
    const context = [user.username ?? "", user.fullName, user.email, accountName];
    assertStrongPassword(password, context, "password", await rulesIn(tx, tenant.accountId));
    return makeUser(tx, actor, tenant, user, { passwordHash: await hashPassword(password), once: oneTimePassword });
  },
});
