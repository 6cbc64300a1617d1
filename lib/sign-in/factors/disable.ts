import { z } from "zod";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endOtherSessions } from "../sessions/operations.ts";
import { removed } from "./authenticators.ts";
import { readPolicy } from "./overview.ts";
import { lockOwnRow, removeEveryFactor } from "./policy.ts";

/** Switches the second factor off: every factor and code goes. Refused where the account requires one. */
export const disableFactors = defineOperation({
  name: "factors.disable",
  summary: "Remove all your second factors and recovery codes",
  route: "DELETE /me/factors",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => removed(actor.id, "every second factor and all recovery codes"),

  async run({ actor, tx }) {
    await lockOwnRow(tx, actor.id);
    if ((await readPolicy(tx, actor.id)).demanded) throw new Refusal("second_factor_demanded");
    if ((await removeEveryFactor(tx, actor.id)) === 0) throw notFound("second factor");
    await endOtherSessions(tx, actor);
    return {};
  },
});
