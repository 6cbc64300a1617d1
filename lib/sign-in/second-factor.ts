import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import type { Caller, Factor } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { challengeOver, type Missing, openChallenge, signingIn, takeChallenge } from "./challenges.ts";
import { completeSignIn, openedSession } from "./complete-sign-in.ts";
import { exactlyOne, proveSecond, type SecondProof, secondProof } from "./factors/check.ts";
import { lockPerson, type Person, requireMaySignIn } from "./people.ts";
import { advance, nextRequirement, rejectIncomplete, stepOutput } from "./steps.ts";

const challenge = z.string().max(100).meta({ description: "The challenge of the step before" });

const proof = z
  .strictObject({ challenge, ...secondProof })
  .refine(({ challenge: _, ...proofs }) => exactlyOne(proofs), {
    path: ["code"],
    message: "Give a code, a recovery code or a passkey.",
  });

/** Second step of signing in to the pages: the second factor of who has one. */
export const proveSecondFactor = defineOperation({
  name: "sign_in.second_factor",
  summary: "Go on with a sign-in: prove the second factor",
  route: "POST /sign-in/second-factor",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: proof,
  output: stepOutput,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id, details: { next: output.next } }),

  async run({ tx, caller }, input) {
    const proven = await prove(tx, caller, input);
    return proven instanceof Refusal ? proven : advance(tx, proven.user, proven.factors);
  },
});

/** The same for programs: the second factor in, session token out. */
export const createSessionWithSecondFactor = defineOperation({
  name: "sessions.create_mfa",
  summary: "Finish signing in with a second factor and get a session token",
  route: "POST /sessions/mfa",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: proof,
  output: openedSession,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ tx, caller }, input) {
    const proven = await prove(tx, caller, input);
    if (proven instanceof Refusal) return proven;
    const { user, factors } = proven;
    return (
      (await rejectIncomplete(tx, user, factors)) ?? (await completeSignIn(tx, caller, user, { kind: "api", factors }))
    );
  },
});

/** The person of a challenge, for what is done before anything is locked; refused when it is over. */
export async function challengeOwner(challenge: string) {
  const [user] = await primary()
    .select({
      id: users.id,
      username: users.username,
      fullName: users.fullName,
      email: users.email,
      accountName: accounts.name,
    })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(sql`${users.id} = ${signingIn(challenge)}`);
  if (!user) throw challengeOver();
  return user;
}

/** Finds the person of a challenge and locks both, the person first; refused when the challenge is over. */
export async function resumeChallenge(tx: Db, challenge: string): Promise<{ user: Person; factors: string[] }> {
  const [user] = await lockPerson(tx, sql`${users.id} = ${signingIn(challenge)}`);
  if (!user?.signsInHere) throw challengeOver();
  const { factors } = await openChallenge(tx, challenge);
  requireMaySignIn(user, factors);
  return { user, factors };
}

/** A challenge is good for the step it waits for, and for no other (I-14). */
export function assertStep(found: Missing | null, wanted: Missing): void {
  if (found !== wanted) throw new Refusal("challenge_expired", "This sign-in waits for another step. Begin again.");
}

type SecondFactorInput = SecondProof & { challenge: string };

async function prove(tx: Db, caller: Caller, { challenge, ...given }: SecondFactorInput) {
  const { user, factors } = await resumeChallenge(tx, challenge);
  assertStep(await nextRequirement(tx, user, factors), "code");
  const factor: Factor | Refusal = await proveSecond(tx, caller, user, given, "sign-in");
  if (factor instanceof Refusal) return factor;
  await takeChallenge(tx, challenge);
  return { user, factors: [...factors, factor] };
}
