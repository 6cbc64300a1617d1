import { scopesFor } from "#lib/access/scopes/catalogue.ts";
import { baselineGrant } from "#lib/core/actor.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { decide, permissionOf } from "#lib/core/permissions.ts";
import { isBound } from "#lib/core/tenant.ts";
import { env } from "#lib/env.ts";
import { operations } from "#lib/operations.ts";
import { cookieName } from "../auth.ts";
import { methodOf, successOf } from "../shape.ts";
import { requestBody, success } from "./bodies.ts";
import { parameters } from "./parameters.ts";
import { mayRefuse, problemSchema, refusals } from "./refusals.ts";
import { tagOf, tags } from "./tags.ts";

export type Json = Record<string, unknown>;

const shared = globalThis as { latchkeyOpenApi?: Json };

/** The OpenAPI 3.1 document of /api/v1, read off the operations once. */
export function openApi(): Json {
  shared.latchkeyOpenApi ??= buildDocument();
  return shared.latchkeyOpenApi;
}

const buildDocument = (): Json => ({
  openapi: "3.1.0",
  info: {
    title: "Latchkey",
    version: "1",
    description: introduction,
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: `${env().APP_URL}/api/v1` }],
  tags: Object.values(tags),
  paths: paths(),
  components: {
    securitySchemes: {
      bearer: {
        type: "http",
        scheme: "bearer",
        description: "An API token `lk_pat_…`, or a session token `lk_ses_…` from `POST /sessions`.",
      },
      cookie: {
        type: "apiKey",
        in: "cookie",
        name: cookieName(),
        description: "The portal's own pages: the cookie of whoever is signed in, from the same origin.",
      },
    },
    responses: refusals(),
    schemas: { Problem: problemSchema },
  },
});

const introduction = [
  "Everything the portal can do. Sign in with `POST /sessions`, or bring an API token, as `Authorization: Bearer …`.",
  "Errors are RFC 9457 problem details with a stable `code`; `type` leads to a page that explains it.",
  "`x-required-scopes` of an operation are the scopes of which a token needs one: any will do where none is named, and no token does it where it is missing.",
  "Lists answer `nextCursor`: send it as `cursor` for the next page; null means that there is none.",
  "POST takes an `Idempotency-Key`: the same request with the same key happens once, within 24 hours.",
  "A credential makes 600 changes a minute, or 3,000 where it provisions people, unless the portal is set otherwise, and all of one holder's together twice that; a call that changes many takes one for each. Some operations have a limit of their own beside that. Answers then say with `RateLimit-Policy` and `RateLimit` what is left. What is beyond is refused with 429, and `Retry-After` says when to try again.",
  "Every answer to a token carries `x-token-expires` and `x-token-scopes`, and every answer an `x-request-id`.",
].join("\n\n");

/** By path, so that the document does not change with the order of the list. */
function paths(): Json {
  const byPath: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.route.slice(operation.route.indexOf(" ") + 1);
    byPath[path] ??= {};
    byPath[path][methodOf(operation).toLowerCase()] = describeOperation(operation);
  }
  return Object.fromEntries(Object.entries(byPath).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const describeOperation = (operation: RestOperation): Json => ({
  operationId: operation.name.replaceAll(".", "_"),
  summary: operation.summary,
  description: `${whoMay(operation)}${howOften(operation)}`,
  tags: [tagOf(operation)],
  security: operation.allow === "anyone" ? [] : [{ bearer: [] }, { cookie: [] }],
  ...scopesNeeded(operation),
  parameters: parameters(operation),
  ...requestBody(operation),
  responses: { [successOf(operation)]: success(operation), ...mayRefuse(operation) },
});

/** Nothing where no token may do it; none are needed for what is everyone's. */
function scopesNeeded(operation: RestOperation): Json {
  const { allow } = operation;
  if (allow === "anyone" || allow === "signed-in") return {};
  const isEveryones = decide([baselineGrant], null, permissionOf(operation)).allowed;
  const names = isEveryones ? [] : scopesFor(operation);
  return isEveryones || names.length ? { "x-required-scopes": names } : {};
}

function whoMay(operation: RestOperation): string {
  const { allow } = operation;
  if (allow === "anyone") return "Anyone may ask.";
  if (allow === "signed-in") return "For a signed-in person; no token may do this.";
  const own = `Needs the permission \`${permissionOf(operation)}\`${operation.about ? ", which every person holds unless a role denies it" : ""}`;
  const there = isBound(operation) ? `; in a managed account \`${permissionOf(operation, "managed")}\`` : "";
  return `${own}${there}.${operation.by === "session" ? byHand : ""}`;
}

const byHand = " For a signed-in person; no token and no API user may do this, whatever its scopes and roles.";

function howOften({ limit, allow }: RestOperation): string {
  if (!limit) return "";
  return ` At most ${limit.points} in ${limit.seconds / 60} minutes for one ${allow === "anyone" ? "address" : "person"}.`;
}
