import { z } from "zod";
import { notFound } from "#lib/core/errors.ts";
import { uuid, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endOtherSessions } from "../sessions/operations.ts";
import { rotateSession } from "../sessions/rotate.ts";
import { added, authenticatorId, confirm, deleteWorking, firstCodes, strengthened } from "./authenticators.ts";
import { totpCode } from "./check.ts";
import { lockOwnRow, removeOthers, requireLocalSignIn } from "./policy.ts";

/** Finishes: a code shows that the app has the secret. Other sessions end unless asked otherwise. */
export const confirmAuthenticator = defineOperation({
  name: "authenticators.confirm",
  summary: "Finish setting up an authenticator with a code of it",
  route: "POST /me/authenticators/{id}/confirm",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "authenticator_confirm", points: 20, seconds: 900 },
  input: z.strictObject({
    id: authenticatorId,
    code: totpCode,
    replaces: uuid().optional().meta({ description: "An authenticator that goes once this one works" }),
    replacesAll: z.boolean().default(false).meta({ description: "Every other second factor goes, in the same go" }),
    endOtherSessions: z.boolean().default(true).meta({ description: "End every other session of yours" }),
  }),
  output: strengthened,
  audit: ({ input }) => ({ target: input.id, details: { replaces: input.replaces, replacesAll: input.replacesAll } }),
  notify: ({ actor }) => added(actor.id, "an authenticator app"),

  async run({ actor, tx }, { id, code, replaces, replacesAll, endOtherSessions: alone }) {
    requireLocalSignIn(actor);
    await lockOwnRow(tx, actor.id);
    await confirm(tx, actor, id, code);
    if (replaces && !(await deleteWorking(tx, actor.id, replaces)).length) throw notFound("authenticator");
    if (replacesAll) await removeOthers(tx, actor.id, id);
    const recoveryCodes = await firstCodes(tx, actor.id, replacesAll);
    if (alone) await endOtherSessions(tx, actor);
    const { token, expiresAt } = await rotateSession(tx, actor, "totp");
    return { token, expiresAt: wire(expiresAt), recoveryCodes };
  },
});
