import { z } from "zod";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { overview, readFactors } from "#lib/sign-in/factors/overview.ts";
import { userId } from "./fields.ts";
import { readUser } from "./lock-rows.ts";
import { wireUser } from "./wire.ts";

/** A person with their roles, groups and second factors. */
export const getUser = defineOperation({
  name: "users.get",
  summary: "Read a user of an account",
  route: "GET /users/{userId}",
  allow: "get:user",
  input: z.strictObject({ userId, accountId }),
  output: wireUser.extend({ factors: overview }),

  async run({ tx, tenant }, { userId }) {
    const user = await readUser(tx, tenant, userId);
    return { ...user, factors: await readFactors(tx, userId) };
  },
});
