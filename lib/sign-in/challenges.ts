import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { challenges } from "#db/schema/sessions.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";

/** Minutes that a sign-in waits for its next step; setting up an authenticator takes people longer. */
const minutes = { code: 3, "new-password": 3, enrol: 10 };

/** What a sign-in may wait for. */
export type Missing = keyof typeof minutes;

const isOpen = (challenge: string) =>
  and(eq(challenges.secretHash, hashSecret(challenge)), sql`${challenges.expiresAt} > now()`);

/** Whose sign-in it is, as a part of a query; null when there is none (any more). */
export const signingIn = (challenge: string): SQL =>
  sql`(select ${challenges.userId} from ${challenges} where ${isOpen(challenge)})`;

/** Begins to wait for what is missing: the secret with which the next step comes, and when that is over. */
export async function mintChallenge(tx: Db, userId: string, factors: string[], missing: Missing) {
  const challenge = mintSecret("chl");
  const expiresAt = sql`now() + ${minutes[missing]} * interval '1 minute'`;
  const [made] = await tx
    .insert(challenges)
    .values({ userId, factors, secretHash: hashSecret(challenge), expiresAt })
    .returning({ id: challenges.id, expiresAt: challenges.expiresAt });
  if (!made) throw new Error("no challenge was made");
  return { challenge, challengeExpiresAt: made.expiresAt };
}

/** The sign-in under way, locked; refused when it is over. The person is locked before it. */
export async function openChallenge(tx: Db, challenge: string) {
  const [found] = await tx.select().from(challenges).where(isOpen(challenge)).for("update");
  if (!found) throw challengeOver();
  return found;
}

/** Ends the wait: the step was taken. Each challenge is good for one step that succeeds (I-06). */
export async function takeChallenge(tx: Db, challenge: string) {
  const [taken] = await tx.delete(challenges).where(isOpen(challenge)).returning();
  if (!taken) throw challengeOver();
  return taken;
}

/** The sign-in is over: nothing waits for this step any more. */
export const challengeOver = () => new Refusal("challenge_expired");
