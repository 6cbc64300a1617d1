import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { z } from "zod";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import type { Outcome } from "#lib/core/execute.ts";
import { log } from "#lib/core/log.ts";
import { noteRefusedTo } from "#lib/tokens/usage/record.ts";
import type { KnownCaller } from "../callers.ts";
import { apiHeaders } from "../headers.ts";
import { budgetHeaders, problemHeaders, problemOf } from "../problem.ts";
import { streamOf } from "../shape.ts";
import { type Asking, requestIdOf } from "./request.ts";

type Headers = Record<string, string>;

export function restAnswer(
  c: Asking,
  { output, remaining, replayed }: Outcome<z.ZodType>,
  status: 200 | 201 | 204,
  caller: KnownCaller,
) {
  const headers: Headers = { ...apiHeaders(), "x-request-id": caller.requestId };
  addTokenHeaders(headers, caller);
  if (remaining) Object.assign(headers, budgetHeaders(remaining));
  if (replayed) headers["idempotency-replayed"] = "true";
  return send(c, status, headers, body(output as Record<string, unknown>, status, headers));
}

/** The output as it travels; adds the headers that speak of it. */
function body(output: Record<string, unknown>, status: number, headers: Headers): Body {
  if (typeof output.version === "number") headers.etag = `"${output.version}"`;
  if (output.content instanceof Uint8Array || isStream(output.content)) return file(output.content, output, headers);
  if (status === 204) return null;
  headers["content-type"] = "application/json; charset=utf-8";
  return JSON.stringify(output);
}

type Body = string | Uint8Array | AsyncIterable<string> | null;

const isStream = (content: unknown): content is AsyncIterable<string> =>
  typeof content === "object" && content !== null && Symbol.asyncIterator in content;

function file<T>(content: T, { contentType, etag, fileName }: Record<string, unknown>, headers: Headers): T {
  headers["content-type"] = String(contentType);
  headers["content-disposition"] = fileName ? `attachment; filename="${fileName}"` : "inline";
  if (etag) headers.etag = `"${etag}"`;
  return content;
}

/** Writes straight to the socket where there is one: a Response object costs as much as the rest of a hot request. */
function send(c: Asking, status: number, headers: Headers, body: Body): Response {
  const outgoing = c.env?.outgoing;
  if (isStream(body)) return sendPieces(c, status, headers, body);
  if (!outgoing) return new Response(body as string | Uint8Array<ArrayBuffer> | null, { status, headers });
  if (body !== null) headers["content-length"] = String(Buffer.byteLength(body));
  outgoing.writeHead(status, headers).end(body ?? undefined);
  return RESPONSE_ALREADY_SENT;
}

/**
 * Makes each piece when the one before it has left; who goes away ends the work, and a failure cuts the answer short.
 */
function sendPieces(c: Asking, status: number, headers: Headers, pieces: AsyncIterable<string>): Response {
  const outgoing = c.env?.outgoing;
  if (!outgoing) return new Response(streamOf(pieces), { status, headers });
  outgoing.writeHead(status, headers);
  const cutShort = (err: unknown) => log().warn({ err, requestId: headers["x-request-id"] }, "answer cut short");
  if (c.req.method === "HEAD") outgoing.end();
  else pipeline(Readable.from(pieces), outgoing).catch(cutShort);
  return RESPONSE_ALREADY_SENT;
}

function addTokenHeaders(headers: Headers, { known }: KnownCaller) {
  if (known?.credential.kind !== "token") return;
  const { expiresAt, scopes } = known.credential;
  headers["x-token-expires"] = expiresAt?.toISOString() ?? "never";
  headers["x-token-scopes"] = scopes.join(" ");
}

export function restRefusal(c: Asking, error: unknown, caller?: KnownCaller): Response {
  const refusal = asRefusal(error);
  if (caller) noteRefusedTo(caller.known, refusal, caller.agent);
  const requestId = caller?.requestId ?? requestIdOf(c);
  if (refusal.status === 500 && !(error instanceof Refusal)) log().error({ err: error, requestId }, "request failed");
  const headers: Headers = { ...apiHeaders(), "x-request-id": requestId };
  if (caller) addTokenHeaders(headers, caller);
  Object.assign(headers, problemHeaders(refusal, caller?.hadToken ?? false));
  return send(c, refusal.status, headers, JSON.stringify(problemOf(refusal, requestId)));
}
