import { z } from "zod";
import { notFound } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { dropPending } from "./pending.ts";

/** Gives up a change of address; its links are worth nothing any more. */
export const cancelEmail = defineOperation({
  name: "email.cancel",
  summary: "Give up a change of your e-mail address",
  route: "DELETE /me/email/pending",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    await holdPerson(tx, actor.id);
    if (!(await dropPending(tx, actor.id))) throw notFound("change of address");
    return {};
  },
});
