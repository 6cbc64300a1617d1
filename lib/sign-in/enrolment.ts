import { z } from "zod";
import { secretOnce, uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { takeChallenge } from "./challenges.ts";
import { added, confirm, firstCodes, makeDraft } from "./factors/authenticators.ts";
import { totpCode } from "./factors/check.ts";
import { assertStep, resumeChallenge } from "./second-factor.ts";
import { advance, nextRequirement, stepOutput } from "./steps.ts";

const challenge = z.string().max(100).meta({ description: "The challenge of the step before" });

/** Where the account requires a second factor and there is none: begins to set one up, as a part of signing in. */
export const beginEnrolment = defineOperation({
  name: "sign_in.begin_enrolment",
  summary: "Go on with a sign-in: begin to set up the authenticator that the account demands",
  route: "POST /sign-in/authenticator",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "enrolment", points: 300, seconds: 3600 },
  input: z.strictObject({ challenge }),
  output: z.object({
    id: z.uuid(),
    secret: secretOnce(),
    uri: secretOnce().meta({ description: "`otpauth://…`, for the QR code and for the phone itself" }),
    user: z.object({ id: z.uuid(), accountId: z.string() }),
  }),
  audit: ({ output }) => ({ actor: output.user, target: output.id }),

  async run({ tx }, { challenge }) {
    const { user, factors } = await resumeChallenge(tx, challenge);
    assertStep(await nextRequirement(tx, user, factors), "enrol");
    const names = { name: "Authenticator", label: user.email, issuer: user.accountName };
    return { ...(await makeDraft(tx, user, names)), user };
  },
});

/** Finishes setting up; what the code proves goes into the sign-in. */
export const finishEnrolment = defineOperation({
  name: "sign_in.finish_enrolment",
  summary: "Go on with a sign-in: finish setting up the authenticator with a code of it",
  route: "POST /sign-in/authenticator/confirm",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "enrolment_confirm", points: 300, seconds: 900 },
  input: z.strictObject({ challenge, id: uuid().meta({ description: "The authenticator's id" }), code: totpCode }),
  output: stepOutput.extend({
    recoveryCodes: z.array(secretOnce()).optional().meta({ secret: true, description: "Shown this once" }),
  }),
  audit: ({ input, output }) => ({ actor: output.user, target: input.id, details: { next: output.next } }),
  notify: ({ output }) => added(output.user.id, "an authenticator app"),

  async run({ tx }, { challenge, id, code }) {
    const { user, factors } = await resumeChallenge(tx, challenge);
    assertStep(await nextRequirement(tx, user, factors), "enrol");
    await confirm(tx, user, id, code);
    const recoveryCodes = await firstCodes(tx, user.id);
    await takeChallenge(tx, challenge);
    return { ...(await advance(tx, { ...user, totp: true }, [...factors, "totp"])), recoveryCodes };
  },
});
