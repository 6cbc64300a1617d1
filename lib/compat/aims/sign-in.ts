import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { users } from "#db/schema/users.ts";
import { byAccessKey } from "#lib/access/issued/key-factor.ts";
import type { Caller } from "#lib/core/actor.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { instant, password } from "#lib/core/fields.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { spend } from "#lib/core/limits.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { mintChallenge, takeChallenge } from "#lib/sign-in/challenges.ts";
import { completeSignIn } from "#lib/sign-in/complete-sign-in.ts";
import { proveSecond } from "#lib/sign-in/factors/check.ts";
import { prove, typedName } from "#lib/sign-in/operations.ts";
import { lockPerson, type Person, requireMaySignIn } from "#lib/sign-in/people.ts";
import { resumeChallenge } from "#lib/sign-in/second-factor.ts";
import { openSession } from "#lib/sign-in/sessions/operations.ts";
import { nextRequirement } from "#lib/sign-in/steps.ts";
import { ownerFacts, readOwner } from "./people.ts";

const code = z.string().max(100).optional().meta({ description: "A code of the authenticator app" });

const aimsSession = ownerFacts.extend({
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

/** Signs in to AIMS with an access key, which stands for its person without a code, as the contract has it (AU15). */
export const signInWithAccessKey = defineOperation({
  name: "sessions.create_with_access_key",
  summary: "Sign in to AIMS with an access key",
  route: null,
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: z.strictObject({
    accessKeyId: z.string().max(100).meta({ description: "16 hexadecimal digits" }),
    secretKey: z.string().max(200).meta({ description: "The secret that was shown when the key was made" }),
  }),
  output: aimsSession,
  audit: ({ input, output: { user } }) => ({ actor: user, target: user.id, details: { accessKey: input.accessKeyId } }),

  async run({ tx, caller }, { accessKeyId, secretKey }) {
    const fits = sql`${accessKeys.id} = ${accessKeyId.toLowerCase()} and ${accessKeys.secretHash} = ${hashSecret(secretKey)}`;
    const isAllowed = await lockPolicy(tx, fits);
    const owner = sql`(select ${accessKeys.userId} from ${accessKeys} where ${fits})`;
    const [user] = await lockPerson(tx, sql`${users.id} = ${owner}`);
    if (!user) throw await badKey(caller);
    if (!isAllowed) throw keysOff(user);
    const factors = [byAccessKey(accessKeyId.toLowerCase())];
    requireMaySignIn(user, factors);
    // Looked for once more, now that the person is held: a key that was deleted meanwhile opens nothing.
    const [used] = await tx.update(accessKeys).set({ lastSignInAt: sql`now()` }).where(fits).returning();
    if (!used) throw new Refusal("invalid_credentials");
    const { token, expiresAt } = await openSession(tx, caller, user, { kind: "aims", factors });
    return { token, expiresAt: expiresAt.toISOString(), ...(await readOwner(tx, user.id)) };
  },
});

/** The account is held before the person, so that no session is opened while keys are being switched off. */
async function lockPolicy(tx: Db, fits: SQL): Promise<boolean> {
  const [account] = await tx
    .select({ allowed: accounts.accessKeysAllowed })
    .from(accounts)
    .where(sql`${accounts.id} = (select ${accessKeys.accountId} from ${accessKeys} where ${fits})`)
    .for("share");
  return account?.allowed ?? false;
}

function keysOff({ id, accountId }: Person): Refusal {
  const refusal = new Refusal("access_keys_off");
  refusal.about = { id, accountId };
  return refusal;
}

// Counted once it did not fit: 256 bits are not to be guessed, and programs at the same address do not have to wait.
async function badKey({ address }: Caller): Promise<Refusal> {
  await spend({ name: "access_key", points: 30, seconds: 900, growing: true }, canonicalAddress(address));
  return new Refusal("invalid_credentials");
}

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
