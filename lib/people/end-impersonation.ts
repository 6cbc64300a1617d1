import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { conflict, Refusal } from "#lib/core/errors.ts";
import { wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { impersonationSession } from "./impersonation.ts";

/** Ends an impersonation; the session it was begun in goes on under a new secret, without signing in again. */
export const endImpersonation = defineOperation({
  name: "impersonation.end",
  summary: "Stop acting as somebody else, and go on in your own session",
  route: "DELETE /sessions/current/impersonation",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "exit",
  input: z.strictObject({}),
  output: z.object(impersonationSession),
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    const { impersonator } = actor;
    if (!impersonator) throw conflict("You act as nobody but yourself.");
    await tx.delete(sessions).where(and(eq(sessions.id, actor.credential.id), eq(sessions.userId, actor.id)));
    return goOn(tx, impersonator.sessionId, impersonator.id);
  },
});

async function goOn(tx: Db, sessionId: string, userId: string) {
  const token = mintSecret("ses");
  const own = and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.impersonatorId));
  const [session] = await tx
    .update(sessions)
    .set({ secretHash: hashSecret(token) })
    .where(own)
    .returning({ expiresAt: sessions.expiresAt });
  if (!session) throw new Refusal("session_ended");
  return { token, expiresAt: wire(session.expiresAt) };
}
