import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import type { Actor, Factor } from "#lib/core/actor.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { freshSeconds } from "#lib/core/freshness.ts";

/**
 * Gives a session a new secret because a factor was just proven in it (I-19): the old one is dead at once. What was
 * proven unlocks sensitive acts from now on.
 */
export async function rotateSession(tx: Db, actor: Actor, factor: Factor) {
  const token = await mintAnew(tx, actor);
  const isStrong = factor !== "password";
  const [session] = await tx
    .update(sessions)
    .set({
      secretHash: hashSecret(token),
      factors: sql`(select array_agg(distinct f) from unnest(array_append(${sessions.factors}, ${factor}::text)) f)`,
      strong: isStrong,
      provenAt: sql`now()`,
      freshUntil: sql`now() + ${freshSeconds} * interval '1 second'`,
    })
    .where(and(eq(sessions.id, actor.credential.id), eq(sessions.userId, actor.id)))
    .returning({ expiresAt: sessions.expiresAt, freshUntil: sessions.freshUntil });
  if (!session) throw new Refusal("session_ended");
  return { token, ...session };
}

/** Gives a session a new secret because the password was changed in it; what was proven in it stays as it was. */
export async function renewSession(tx: Db, actor: Actor) {
  const { id, credential } = actor;
  const token = await mintAnew(tx, actor);
  const [session] = await tx
    .update(sessions)
    .set({ secretHash: hashSecret(token) })
    .where(and(eq(sessions.id, credential.id), eq(sessions.userId, id)))
    .returning({ expiresAt: sessions.expiresAt });
  if (!session) throw new Refusal("session_ended");
  return { token, expiresAt: session.expiresAt };
}

/** A session of AIMS stays one: its token is worth something in its own header alone. */
async function mintAnew(tx: Db, { id, credential }: Actor): Promise<string> {
  const own = and(eq(sessions.id, credential.id), eq(sessions.userId, id));
  const [session] = await tx.select({ kind: sessions.kind }).from(sessions).where(own);
  return mintSecret(session?.kind === "aims" ? "aim" : "ses");
}
