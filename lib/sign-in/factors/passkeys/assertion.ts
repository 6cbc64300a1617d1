import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { passkeys } from "#db/schema/factors.ts";
import type { Caller } from "#lib/core/actor.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { readAssertion } from "./ceremony.ts";
import { type Ceremony, takePasskeyChallenge } from "./challenges.ts";
import { type Assertion, challengeOf, handleOf } from "./wire.ts";

/**
 * Answers that did not hold, from one address. Only those are counted, and after they were checked: a signature is not
 * to be guessed, so nobody's failures stand in the way of the owner of a passkey (ASVS 6.3.1).
 */
const failures: Budget = { name: "passkey_address", points: 30, seconds: 900, growing: true };

/** What became of an assertion: it holds, it does not, or its counter ran backwards, as that of a copy would. */
export type AssertionResult = "holds" | "wrong" | "flagged";

type AssertionRequest = { ceremony: Ceremony; userId: string | undefined; requireUserVerification: boolean };

/** Whose passkey this is said to be, as a part of a query; null when nobody's. */
export const userOfPasskey = ({ id }: Assertion): SQL =>
  sql`(select ${passkeys.userId} from ${passkeys} where ${passkeys.credentialId} = ${id})`;

/**
 * Checks what a passkey of this person signed, and uses its challenge up whatever comes of it: the caller returns its
 * refusal, so that this stands. The person is locked already, or else is the one who asks. A refusal of its own says
 * that too many answers from there did not hold.
 */
export async function takeAssertion(
  tx: Db,
  caller: Caller,
  response: Assertion,
  asked: AssertionRequest,
): Promise<AssertionResult | Refusal> {
  const isAsked = await takePasskeyChallenge(tx, challengeOf(response), asked.ceremony);
  const verdict = isAsked && isTheirs(response, asked) ? await judge(tx, response, asked) : "wrong";
  return verdict === "holds" ? verdict : ((await countFailure(caller)) ?? verdict);
}

/**
 * Counts an answer that did not hold; the refusal of who has spent the budget, returned because what was done stands.
 */
async function countFailure({ address }: Caller): Promise<Refusal | null> {
  try {
    await spend(failures, canonicalAddress(address));
    return null;
  } catch (spent) {
    if (spent instanceof Refusal) return spent;
    throw spent;
  }
}

/** A passkey that is to say whose it is says so; one of a person who is known may leave it out. */
function isTheirs({ response: { userHandle } }: Assertion, { ceremony, userId }: AssertionRequest): boolean {
  if (userId === undefined) return false;
  return userHandle ? userHandle === handleOf(userId) : ceremony.userId !== null;
}

async function judge(
  tx: Db,
  response: Assertion,
  { userId = "", requireUserVerification }: AssertionRequest,
): Promise<AssertionResult> {
  const own = and(eq(passkeys.credentialId, response.id), eq(passkeys.userId, userId));
  const [passkey] = await tx.select().from(passkeys).where(own);
  const read = passkey && (await readAssertion(response, passkey, requireUserVerification));
  if (!read) return "wrong";
  return (await countOn(tx, own, read)) ? "holds" : flag(tx, own);
}

type Read = { counter: number; backedUp: boolean };

/** Moves the counter on, or refuses one that does not move; authenticators that do not count say 0 for ever. */
async function countOn(tx: Db, own: SQL | undefined, { counter, backedUp }: Read): Promise<boolean> {
  const moves = sql`(${passkeys.counter} < ${counter} or (${passkeys.counter} = 0 and ${counter} = 0))`;
  const used = await tx
    .update(passkeys)
    .set({ counter, backedUp, lastUsedAt: sql`now()` })
    .where(and(own, moves))
    .returning({ id: passkeys.id });
  return used.length === 1;
}

/** Once flagged, it stays so until it is removed; its person is told the first time. */
async function flag(tx: Db, own: SQL | undefined): Promise<AssertionResult> {
  const [flagged] = await tx
    .update(passkeys)
    .set({ flaggedAt: sql`now()` })
    .where(and(own, isNull(passkeys.flaggedAt)))
    .returning({ userId: passkeys.userId, name: passkeys.name });
  if (flagged) await queueNotice(tx, copied(flagged));
  return "flagged";
}

const copied = ({ userId, name }: { userId: string; name: string }): Notice => ({
  userId,
  event: "passkey_flagged",
  subject: `Your passkey ${name} may have been copied`,
  paragraphs: [
    `Somebody used your passkey ${name}, and it had counted fewer uses than were seen here. That happens when there is a copy of it.`,
    "The use was refused. Remove this passkey and add a new one; if you do not know how it came about, secure your account.",
  ],
  button: { words: "Look at your passkeys", path: "/passkeys" },
});
