import { STATUS_CODES } from "node:http";
import type { Refusal } from "#lib/core/errors.ts";
import type { Names } from "../names.ts";
import type { Answer } from "../route.ts";

/** What fields of ours are called here. */
export const mendixNames: Names = {
  username: "name",
  active: "blocked",
  administrator: "userRoles",
  expiresAt: "expiryDate",
  currentPassword: "oldPassword",
};

const statuses: Record<number, number> = { 409: 400, 410: 404, 412: 400, 422: 400 };

/** A problem as the user service says it: what is wrong with a field is a wrong parameter. */
export function toMendixProblem(refusal: Refusal): Answer {
  const errors = refusal.details.errors ?? [];
  const isOfAddress = errors[0]?.pointer === "/userId";
  const status = isOfAddress ? 404 : (statuses[refusal.status] ?? refusal.status);
  const params = errors.map(({ pointer, message }) => ({ name: pointer.slice(1), reason: message }));
  return {
    status,
    body: {
      status,
      title: STATUS_CODES[status] ?? "Error",
      detail: errors.length && !isOfAddress ? "Invalid parameters" : refusal.message,
      ...(errors.length > 0 && !isOfAddress && { "invalid-params": params }),
    },
  };
}
