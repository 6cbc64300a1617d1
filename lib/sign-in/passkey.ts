import { sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { type AssertionResult, takeAssertion, userOfPasskey } from "./factors/passkeys/assertion.ts";
import { askToSign } from "./factors/passkeys/ceremony.ts";
import { assertionResponse, requestOptions } from "./factors/passkeys/wire.ts";
import { lockPerson, type Person, whyNotSignIn } from "./people.ts";
import { assertStep, resumeChallenge } from "./second-factor.ts";
import { advance, nextRequirement, signedInUser, stepOutput } from "./steps.ts";

/** What the browser asks any passkey of this portal with, for somebody who has not said who they are. */
export const passkeySignInOptions = defineOperation({
  name: "sign_in.passkey_options",
  summary: "Begin to sign in with a passkey: what to ask it with",
  route: "POST /sign-in/passkey/options",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "passkey_sign_in_options", points: 120, seconds: 60 },
  input: z.strictObject({}),
  output: requestOptions,
  audit: notAudited,

  run: ({ tx }) => askToSign(tx, anybody, "required"),
});

const anybody = { purpose: "sign-in" as const, userId: null };

/**
 * Signs in with a passkey alone: it says who, and counts for two factors because it has verified its person (ASVS
 * 6.5.7). All failures share one 401, but that of a passkey that seems to have a copy.
 */
export const signInWithPasskey = defineOperation({
  name: "sign_in.passkey",
  summary: "Sign in with a passkey; the answer is a one-time ticket",
  route: "POST /sign-in/passkey",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "passkey_sign_in", points: 120, seconds: 60 },
  input: z.strictObject({ response: assertionResponse }),
  output: stepOutput,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id, details: { next: output.next } }),

  async run({ tx, caller }, { response }) {
    const [user] = await lockPerson(tx, sql`${users.id} = ${userOfPasskey(response)}`);
    const asked = { ceremony: anybody, userId: user?.id, requireUserVerification: true };
    const verdict = await takeAssertion(tx, caller, response, asked);
    if (verdict instanceof Refusal) return verdict;
    // Past the provider of somebody who signs in elsewhere, no passkey leads.
    if (!user?.signsInHere || verdict !== "holds") return failed(verdict, user);
    // What was signed is used up, so this is returned as well.
    return whyNotSignIn(user, factors) ?? advance(tx, user, factors);
  },
});

const factors = ["passkey"];

function failed(verdict: AssertionResult, user: Person | undefined): Refusal {
  const message =
    "This passkey opens nothing here, or it took longer than five minutes. Try again, or use your password.";
  const refusal = verdict === "flagged" ? new Refusal("passkey_flagged") : new Refusal("invalid_credentials", message);
  refusal.about = user && { id: user.id, accountId: user.accountId };
  return refusal;
}

/** What the browser asks the passkeys of somebody with, whose password was right. */
export const secondFactorOptions = defineOperation({
  name: "sign_in.second_factor_options",
  summary: "Go on with a sign-in: what to ask a passkey with, as the second factor",
  route: "POST /sign-in/second-factor/options",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "second_factor_options", points: 600, seconds: 900 },
  input: z.strictObject({
    challenge: z.string().max(100).meta({ description: "The challenge of the step before" }),
  }),
  output: requestOptions.extend({ user: signedInUser.omit({ username: true }) }),
  audit: notAudited,

  async run({ tx }, { challenge }) {
    const { user, factors } = await resumeChallenge(tx, challenge);
    assertStep(await nextRequirement(tx, user, factors), "code");
    const options = await askToSign(tx, { purpose: "sign-in", userId: user.id }, "preferred");
    return { ...options, user };
  },
});
