import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { called, draft, makeDraft } from "./authenticators.ts";
import { requireLocalSignIn } from "./policy.ts";

/** Begins to set up an authenticator: its secret, which counts for nothing until a code of it was typed. */
export const addAuthenticator = defineOperation({
  name: "authenticators.add",
  summary: "Begin to set up an authenticator; confirm it with a code",
  route: "POST /me/authenticators",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "authenticator_add", points: 30, seconds: 3600 },
  input: z.strictObject({ name: called.default("Authenticator") }),
  output: draft,
  audit: ({ output }) => ({ target: output.id }),

  run({ actor, tx }, { name }) {
    requireLocalSignIn(actor);
    return makeDraft(tx, actor, { name, label: actor.email, issuer: actor.accountName });
  },
});
