import type { Refusal } from "#lib/core/errors.ts";
import type { Answer } from "../route.ts";

const statuses: Record<number, number> = { 422: 400, 410: 404, 412: 409 };

/** A problem by its code and in words. A wrong field is a bad request here. */
export function toAimmsError(refusal: Refusal): Answer {
  return {
    status: statuses[refusal.status] ?? refusal.status,
    body: { error: refusal.code, message: refusal.message },
  };
}
