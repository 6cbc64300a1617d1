import type { Operation } from "#lib/core/operation.ts";

/** Is it counted how often somebody does it? Changes are, and what has a limit of its own. */
export const isCounted = ({ limit, audit, allow }: Operation): boolean =>
  limit !== undefined || (audit !== undefined && allow !== "anyone");

const text = { type: "string" };

/** What is left of a budget, as structured fields (RFC 9651). */
export const rateLimits = {
  RateLimit: { description: 'What is left, and for how many seconds, e.g. `"changes";r=587;t=42`', schema: text },
  "RateLimit-Policy": {
    description: 'How much there is in how many seconds, e.g. `"changes";q=600;w=60`',
    schema: text,
  },
};

/** When to come back. */
export const retryAfter = {
  "Retry-After": { description: "Seconds until trying again makes sense", schema: { type: "integer", minimum: 1 } },
};
