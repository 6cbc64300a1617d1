import type { RestOperation } from "#lib/core/operation.ts";
import { problems } from "#lib/core/problems.ts";
import { hasBody, methodOf, shapeOf } from "../shape.ts";
import { isCounted, rateLimits, retryAfter } from "./rate-limits.ts";

type Json = Record<string, unknown>;

/** The refusals to expect of an operation, by status; whatever else there may be is a problem as well. */
export function mayRefuse(operation: RestOperation): Json {
  const fields = Object.keys(shapeOf(operation.input));
  const statuses = [
    ...(hasBody(operation) ? [400, 413, 415] : []),
    401,
    ...(operation.allow === "anyone" ? [] : [403]),
    ...(operation.route.includes("{") ? [404] : []),
    ...(methodOf(operation) === "POST" ? [409] : []),
    ...(fields.includes("version") ? [412] : []),
    ...(fields.length ? [422] : []),
    ...(isCounted(operation) ? [429] : []),
  ];
  const entries = statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]);
  return { ...Object.fromEntries(entries), default: { $ref: "#/components/responses/default" } };
}

/** One answer for each status of the error table, with the codes it may carry. */
export function refusals(): Json {
  const byStatus: Record<string, string[]> = { default: ["Any other refusal, as problem details."] };
  for (const [code, { status, title }] of Object.entries(problems)) {
    byStatus[status] ??= [];
    byStatus[status].push(`\`${code}\` ${title}`);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const answer = (status: string, lines: string[]) => ({
    description: lines.join("  \n"),
    ...(status === "429" && { headers: { ...rateLimits, ...retryAfter } }),
    content,
  });
  return Object.fromEntries(Object.entries(byStatus).map(([status, lines]) => [status, answer(status, lines)]));
}

/** RFC 9457 problem details, with what the portal adds. */
export const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "code"],
  properties: {
    type: { type: "string", format: "uri", description: "A page that explains the code" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string", description: "The request id" },
    code: { type: "string", enum: Object.keys(problems) },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { pointer: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
      },
    },
    required: { type: "string", description: "The permission that was needed" },
    scopes: { type: "array", items: { type: "string" }, description: "The scopes that would have carried it" },
    deniedBy: { type: "string", description: "The role whose denial decided" },
    methods: {
      type: "array",
      items: { type: "string" },
      description: "What may prove who one is: at sign-in, or for step-up, strongest first",
    },
    maxAge: { type: "integer", description: "How old a proof of identity may be, in seconds" },
    challenge: { type: "string", description: "What a sign-in that is not finished goes on with" },
    challengeExpiresAt: { type: "string", format: "date-time" },
  },
};
