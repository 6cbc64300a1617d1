import { requireKind } from "#lib/core/token-kinds.ts";

/** The secret of a personal access token, which is all that some APIs take. */
export function requireTokenSecret(secret = ""): string {
  requireKind(secret, "pat");
  return secret;
}
