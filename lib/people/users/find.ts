import { eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { directory, users } from "#db/schema/users.ts";
import { anyAccountId, uuid } from "#lib/core/fields.ts";
import { plainName } from "#lib/core/limit-keys.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { typedName } from "#lib/sign-in/prove-password.ts";
import { readUsers, wireUser } from "./wire.ts";

/** Looks a person up by one of their names, in whatever accounts one may act in; nobody is an empty list. */
export const findUsers = defineOperation({
  name: "users.find",
  summary: "Look a user up by username, e-mail address or id",
  route: "GET /users/find",
  allow: "get:user",
  input: z
    .strictObject({
      accountId: anyAccountId,
      username: typedName.optional().meta({ description: "The whole username, whatever its case" }),
      email: typedName.optional().meta({ description: "The whole address, whatever its case" }),
      id: uuid().optional().meta({ description: "The person's id" }),
    })
    .refine(({ username, email, id }) => [username, email, id].filter(Boolean).length === 1, {
      path: ["username"],
      message: "Give one of username, email and id.",
    }),
  output: z.object({ items: z.array(wireUser) }),

  async run({ tx, tenant }, { username, email, id }) {
    if (id) return { items: await readUsers(tx, tenant.visibleAccountIds, eq(users.id, id)) };
    const key = username ? directory.usernameKey : directory.emailKey;
    const named = sql`${key} = lower(${plainName(username ?? email ?? "")})`;
    // Through the view, which lets the index on lower case be used.
    const found = await tx.select({ id: directory.id }).from(directory).where(named);
    const ids = found.map(({ id }) => id);
    return { items: await readUsers(tx, tenant.visibleAccountIds, inArray(users.id, ids)) };
  },
});
