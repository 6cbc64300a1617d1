import type { z } from "zod";
import { env } from "#lib/env.ts";
import type { introspectToken } from "./introspect.ts";

type Introspected = z.output<typeof introspectToken.output>;

const epoch = (date: Date) => Math.floor(date.getTime() / 1000);

/** A live token in the words of RFC 7662, 2.2; of any other it is told only that it is none. */
export function introspected(token: Introspected) {
  if (!token.active) return token;
  const { scopes, createdAt, expiresAt, username, userId, accountId, tokenId, permissions } = token;
  return {
    active: true,
    ...(scopes && { scope: scopes.join(" ") }),
    token_type: "Bearer",
    username,
    sub: userId,
    iss: env().APP_URL,
    jti: tokenId,
    ...(createdAt && { iat: epoch(createdAt) }),
    ...(expiresAt && { exp: epoch(expiresAt) }),
    account_id: accountId,
    permissions,
  };
}
