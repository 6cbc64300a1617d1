import { randomBytes } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { passkeyChallenges } from "#db/schema/factors.ts";

/**
 * What an authenticator is asked to sign for: to `register` itself, to `sign-in` (for whoever it says when no person is
 * named, else as the second factor of that person), or to `step-up`.
 */
export type Ceremony = { purpose: "register" | "sign-in" | "step-up"; userId: string | null };

/** Thinks of 32 random bytes to be signed within five minutes (ASVS 6.7.2); in base64url. */
export async function mintPasskeyChallenge(tx: Db, ceremony: Ceremony): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  const expiresAt = sql`now() + interval '5 minutes'`;
  await tx.insert(passkeyChallenges).values({ challenge, ...ceremony, expiresAt });
  return challenge;
}

/**
 * Uses a challenge up with one conditional write; false when it is unknown, used, too old, or meant for something else.
 */
export async function takePasskeyChallenge(tx: Db, challenge: string, ceremony: Ceremony): Promise<boolean> {
  const { purpose, userId } = ceremony;
  const meant = and(
    eq(passkeyChallenges.challenge, challenge),
    eq(passkeyChallenges.purpose, purpose),
    userId === null ? isNull(passkeyChallenges.userId) : eq(passkeyChallenges.userId, userId),
    sql`${passkeyChallenges.expiresAt} > now()`,
  );
  const taken = await tx.delete(passkeyChallenges).where(meant).returning({ purpose: passkeyChallenges.purpose });
  return taken.length === 1;
}
