import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { instant, password } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { mintChallenge, takeChallenge } from "#lib/sign-in/challenges.ts";
import { completeSignIn } from "#lib/sign-in/complete-sign-in.ts";
import { proveSecond } from "#lib/sign-in/factors/check.ts";
import type { Person } from "#lib/sign-in/people.ts";
import { prove, typedName } from "#lib/sign-in/prove-password.ts";
import { resumeChallenge } from "#lib/sign-in/second-factor.ts";
import { nextRequirement } from "#lib/sign-in/steps.ts";
import { ownerFacts } from "./facts.ts";
import { readOwner } from "./people.ts";

const code = z.string().max(100).optional().meta({ description: "A code of the authenticator app" });

/** A session of AIMS that was just opened, and whose it is. */
export const aimsSession = ownerFacts.extend({
  token: z.string().meta({ secret: true, description: "`lk_aim_…`, for the header `x-aims-auth-token`" }),
  expiresAt: instant,
});

/** Signs in to AIMS with name and password, and a code of who has a second factor. All failures share one 401. */
export const signInToAims = defineOperation({
  name: "sessions.create_aims",
  summary: "Sign in to AIMS with a password",
  route: null,
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z.strictObject({
    login: typedName.meta({ description: "Username or e-mail address" }),
    password: password.meta({ description: "The password, exactly as it was set" }),
    code,
  }),
  output: aimsSession,
  audit: ({ output: { user } }) => ({ actor: user, target: user.id }),

  async run({ tx, caller }, { code, ...given }) {
    return goOn(tx, caller, await prove(tx, caller, given), ["password"], code);
  },
});

/** Goes on with a sign-in that waits for a code. Refuses `challenge_expired`, and whatever the code is refused for. */
export const goOnToAims = defineOperation({
  name: "sessions.create_aims_mfa",
  summary: "Finish signing in to AIMS with a code",
  route: null,
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z.strictObject({ challenge: z.string().meta({ description: "The session token of the step before" }), code }),
  output: aimsSession,
  audit: ({ output: { user } }) => ({ actor: user, target: user.id }),

  async run({ tx, caller }, { challenge, code }) {
    const { user, factors } = await resumeChallenge(tx, challenge);
    const next = await whatIsMissing(tx, user, factors);
    if (next === "enrol") throw new Refusal("mfa_enrollment_required", undefined, { challenge });
    if (code === undefined) throw new Refusal("wrong_code");
    const done = await goOn(tx, caller, user, factors, code);
    if (!(done instanceof Refusal)) await takeChallenge(tx, challenge);
    return done;
  },
});

type SignInResult = z.input<typeof aimsSession> | Refusal;

/** What was proven is enough, or a code comes with it, or what is missing is said. */
async function goOn(tx: Db, caller: Caller, user: Person, factors: string[], code?: string): Promise<SignInResult> {
  const next = await whatIsMissing(tx, user, factors);
  if (next === "new-password") return new Refusal("new_password_required");
  if (next === "code" && code !== undefined) return withCode(tx, caller, user, factors, code);
  if (next) return waitFor(tx, user, factors, next);
  const { token, expiresAt } = await completeSignIn(tx, caller, user, { kind: "aims", factors });
  return { token, expiresAt, ...(await readOwner(tx, user.id)) };
}

async function withCode(tx: Db, caller: Caller, user: Person, factors: string[], code: string): Promise<SignInResult> {
  const factor = await proveSecond(tx, caller, user, { code: code.replace(/[\s-]/g, "") }, "sign-in");
  return factor instanceof Refusal ? factor : goOn(tx, caller, user, [...factors, factor]);
}

/** AIMS knows no days of grace: who must have a second factor and has none is told so at once (AU14). */
export const whatIsMissing = (tx: Db, user: Person, factors: string[]) =>
  nextRequirement(tx, { ...user, graceGranted: true, inGrace: false }, factors);

const said = { code: "mfa_code_required", enrol: "mfa_enrollment_required" } as const;

/** Whichever it waits for, a session token is good for three minutes (AU13), as one that waits for a code. */
async function waitFor(tx: Db, user: Person, factors: string[], next: keyof typeof said): Promise<Refusal> {
  const { challenge } = await mintChallenge(tx, user.id, factors, "code");
  return new Refusal(said[next], undefined, { challenge });
}

/** Whose token it is that asks. */
export const getTokenInfo = defineOperation({
  name: "sessions.info",
  summary: "Read whose AIMS token it is that asks",
  route: null,
  allow: "signed-in",
  input: z.strictObject({}),
  output: ownerFacts.extend({ expiresAt: instant }),

  async run({ actor, tx }) {
    const { expiresAt } = actor.credential;
    return { ...(await readOwner(tx, actor.id)), expiresAt: (expiresAt ?? new Date(0)).toISOString() };
  },
});
