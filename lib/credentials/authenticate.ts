import type { Actor } from "#lib/core/actor.ts";
import { recordRefusedCredential } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { requireKind } from "#lib/core/token-kinds.ts";
import { apiUserHolder } from "#lib/machines/api-users/holder.ts";
import { sessionHolder } from "./session.ts";
import { type From, tokenHolder } from "./token.ts";

/**
 * Who a secret speaks for, asked of the primary in one indexed, prepared statement, at every use, with what their roles
 * say now. Refuses a secret that is cut off, of another kind, unknown, expired or revoked, or whose owner may not sign
 * in, each with its own code; a token that is refused is put on record.
 */
export async function authenticateSecret(secret: string, from: From): Promise<Actor> {
  const kind = requireKind(secret, "pat", "ses", "api");
  if (kind === "pat") return recorded("tokens.use", from, tokenHolder(secret, from));
  if (kind === "ses") return sessionHolder(secret, false);
  return recorded("api_users.use_token", from, apiUserHolder(secret, from));
}

/**
 * As {@link authenticateSecret}, for the token of a session of AIMS, which is worth something in its own header alone:
 * over its own API, or at another.
 */
export async function authenticateAimsToken(secret: string, from: From, viaAimsApi = false): Promise<Actor> {
  requireKind(secret, "aim");
  return recorded("sessions.use_aims", from, sessionHolder(secret, true, viaAimsApi));
}

async function recorded(action: string, from: From, holder: Promise<Actor>): Promise<Actor> {
  try {
    return await holder;
  } catch (error) {
    const isNobodys = from.within !== undefined && error instanceof Refusal && !error.about;
    if (error instanceof Refusal && !isNobodys) await recordRefusedCredential(action, from, error);
    throw error;
  }
}
