import { z } from "zod";
import { Refusal } from "#lib/core/errors.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { removed } from "#lib/sign-in/factors/authenticators.ts";
import { removeEveryFactor } from "#lib/sign-in/factors/policy.ts";
import { lockUserForChange } from "./lock-rows.ts";

/**
 * Removes the factors of somebody who lost them, as an administrator of their account. They are told; their sessions
 * end. Refuses tokens, oneself, and whoever may do less than the person.
 */
export const removeFactorsOf = defineOperation({
  name: "users.remove_factors",
  summary: "Remove all second factors of a person of your account",
  route: "DELETE /users/{id}/factors",
  allow: "update:user",
  stepUp: "always",
  by: "session",
  input: z.strictObject({ id: uuid().meta({ description: "The person's id" }), accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),
  notify: ({ input }) => removed(input.id, "every second factor and all recovery codes, by an administrator"),

  async run({ actor, tx, tenant }, { id }) {
    if (id === actor.id) throw new Refusal("forbidden", "Your own factors are yours to change, on your security page.");
    await lockUserForChange({ tx, actor, tenant }, id, "everything");
    await removeEveryFactor(tx, id);
    await endEverywhere(tx, id);
    return {};
  },
});
