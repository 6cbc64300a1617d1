import { scopesCarrying } from "#lib/access/scopes/catalogue.ts";
import type { Refusal, RefusalDetails } from "#lib/core/errors.ts";
import type { Remaining } from "#lib/core/limits.ts";
import { env } from "#lib/env.ts";

/** A refusal as RFC 9457 problem details. `type` is a page that exists; `instance` is the request id. */
export function problemOf(refusal: Refusal, requestId: string) {
  const { errors, required, deniedBy, methods, maxAge, challenge, challengeExpiresAt } = refusal.details;
  return {
    type: `${env().APP_URL}/docs/errors#${refusal.code}`,
    title: refusal.title,
    status: refusal.status,
    detail: refusal.message,
    instance: requestId,
    code: refusal.code,
    ...(errors && { errors }),
    ...(required && { required }),
    ...(deniedBy && { deniedBy }),
    ...(methods && { methods }),
    ...(maxAge && { maxAge }),
    ...(challenge && { challenge, challengeExpiresAt }),
    ...(refusal.code === "insufficient_scope" && required && { scopes: scopesToAskFor(refusal.details) }),
  };
}

/** The headers that go with a refusal: how to identify oneself (RFC 6750), when to come back, what exists. */
export function problemHeaders(refusal: Refusal, hadToken: boolean): Record<string, string> {
  const { retryAfter, allow, budget } = refusal.details;
  return {
    "content-type": "application/problem+json; charset=utf-8",
    ...(retryAfter && { "retry-after": String(retryAfter) }),
    ...(budget && budgetHeaders({ ...budget, left: 0, reset: retryAfter ?? budget.window })),
    ...(allow && { allow: allow.join(", ") }),
    ...(refusal.status === 401 && { "www-authenticate": challenge(hadToken && 'error="invalid_token"') }),
    ...(refusal.code === "insufficient_scope" && { "www-authenticate": challenge(scopeError(refusal)) }),
  };
}

/** What is left of a budget, as structured fields. */
export const budgetHeaders = ({ name, limit, window, left, reset }: Remaining): Record<string, string> => ({
  "ratelimit-policy": `"${name}";q=${limit};w=${window}`,
  ratelimit: `"${name}";r=${left};t=${reset}`,
});

const challenge = (error: string | false) => `Bearer realm="Latchkey"${error ? `, ${error}` : ""}`;

function scopeError({ details }: Refusal): string {
  return `error="insufficient_scope", scope="${scopesToAskFor(details).join(" ")}"`;
}

/** The scopes of which one would do; none where no token does it. */
const scopesToAskFor = ({ required, byName, bySession }: RefusalDetails): string[] =>
  required && !bySession ? scopesCarrying(required, byName) : [];
