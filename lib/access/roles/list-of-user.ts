import { z } from "zod";
import { accountId, instant } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { assertUserInAccount, granteeId, named, rolesHeldBy } from "./grants.ts";

/** The roles that somebody holds: what was granted to them, and what they hold through groups. */
export const listRolesOf = defineOperation({
  name: "roles.list_of",
  summary: "List the roles that a user holds, and through which groups",
  route: "GET /users/{userId}/roles",
  allow: "get:user",
  input: z.strictObject({ accountId, userId: granteeId }),
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
