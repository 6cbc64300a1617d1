import type { Refusal } from "#lib/core/errors.ts";
import type { ProblemCode } from "#lib/core/problems.ts";
import type { Answer } from "../route.ts";
import type { Envelope } from "./shapes.ts";

type ErrorCodes = { code: number; errorCode?: number };

/** Without an `errorCode`, 403 makes a client sign in again and repeat its call (IP6); with one it gives up (IP12). */
const signInAgain: ErrorCodes = { code: 403 };
const elsewhere: ErrorCodes = { code: 403, errorCode: 112 };
const barred: ErrorCodes = { code: 403, errorCode: 113 };

const words: Partial<Record<ProblemCode, ErrorCodes>> = {
  unauthenticated: signInAgain,
  token_malformed: signInAgain,
  token_unknown: signInAgain,
  token_expired: signInAgain,
  token_revoked: signInAgain,
  address_not_allowed: elsewhere,
  owner_inactive: barred,
  forbidden: barred,
  session_required: barred,
};

/** A problem in the envelope, whose `code` is the status. */
export function toIpressoEnvelope(refusal: Refusal): Answer {
  const said: ErrorCodes = words[refusal.code] ?? { code: refusal.status };
  const body: Envelope = { ...said, message: refusal.message };
  return { status: said.code, body };
}
