import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { authenticatorId, deleteWorking, removed } from "./authenticators.ts";
import { removal, removeOne } from "./removal.ts";

/** Removes an authenticator; refused for the last factor where the account requires one. */
export const removeAuthenticator = defineOperation({
  name: "authenticators.remove",
  summary: "Remove an authenticator",
  route: "DELETE /me/authenticators/{id}",
  allow: "signed-in",
  stepUp: "in_person",
  input: z.strictObject({ id: authenticatorId, ...removal }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),
  notify: ({ actor }) => removed(actor.id, "an authenticator app"),

  run({ actor, tx }, { id, endOtherSessions }) {
    const remove = () => deleteWorking(tx, actor.id, id);
    return removeOne(tx, actor, { what: "authenticator", endOtherSessions, remove });
  },
});
