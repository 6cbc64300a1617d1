import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { ended, endOf, sessionId } from "./list.ts";
import { endOtherSessions } from "./operations.ts";

/** Ends one of the own sessions, at once and everywhere. */
export const endOneSession = defineOperation({
  name: "sessions.end",
  summary: "End one of your sessions",
  route: "DELETE /me/sessions/{id}",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  endsOwn: true,
  input: z.strictObject({ id: sessionId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    await endOf(tx, actor.id, id);
    return {};
  },
});

/** Ends every own session but the one that asks. */
export const endOthers = defineOperation({
  name: "sessions.end_others",
  summary: "End all your other sessions",
  route: "DELETE /me/sessions",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  whileReadOnly: "allowed",
  endsOwn: true,
  input: z.strictObject({}),
  output: z.object({ endedSessions: z.int() }),
  audit: ({ actor, output }) => ({ target: actor.id, details: output }),
  notify: ({ actor, output }) => ended(actor, output.endedSessions),

  async run({ actor, tx }) {
    const endedSessions = await endOtherSessions(tx, actor);
    return endedSessions ? { endedSessions } : unchanged({ endedSessions });
  },
});
