import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { apiHeaders } from "#lib/http/headers.ts";
import { streamOf } from "#lib/http/shape.ts";
import { type ApiContext, compatRequestId } from "./context.ts";
import { inCallersWords } from "./names.ts";
import type { Answer, ApiRoute, CompatibleApi } from "./route.ts";

/** Writes straight to the socket where there is one, as the REST API does. */
export function answer(c: ApiContext, { status, headers, body }: Answer): Response {
  const all: Record<string, string> = { ...apiHeaders(), "x-request-id": compatRequestId(c), ...headers };
  if (inPieces(body)) return new Response(streamOf(body), { status, headers: { ...all, ...json } });
  const said = body === undefined ? "" : JSON.stringify(body);
  if (said) Object.assign(all, json);
  if (status !== 204) all["content-length"] = String(Buffer.byteLength(said));
  const outgoing = c.env?.outgoing;
  if (!outgoing) return new Response(said || null, { status, headers: all });
  outgoing.writeHead(status, all).end(said || undefined);
  return RESPONSE_ALREADY_SENT;
}

const json = { "content-type": "application/json" };

const inPieces = (body: unknown): body is AsyncIterable<string> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

/** Says no as the API does; `row` is the address that refused, where it was one. */
export function refuse(c: ApiContext, api: CompatibleApi, error: unknown, row?: ApiRoute): Response {
  const refusal = asRefusal(error);
  const requestId = compatRequestId(c);
  if (refusal.status === 500 && !(error instanceof Refusal)) log().error({ err: error, requestId }, "request failed");
  const names = { ...api.names, ...row?.names };
  const said = api.refuse(inCallersWords(refusal, names, new URL(c.req.url).searchParams));
  return answer(c, { ...said, headers: { ...row?.headers, ...commonHeaders(refusal), ...said.headers } });
}

function commonHeaders({ details: { retryAfter, allow } }: Refusal): Record<string, string> {
  return {
    ...(retryAfter && { "retry-after": String(retryAfter) }),
    ...(allow && { allow: allow.join(", ") }),
  };
}
