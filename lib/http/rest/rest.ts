import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { z } from "zod";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { execute, type Outcome, type RestOperation } from "#lib/core/operation.ts";
import { operations } from "#lib/operations.ts";
import { takeGitHubReport } from "#lib/tokens/leaks/github.ts";
import { noteRefusedTo } from "#lib/tokens/usage/record.ts";
import { type CallerRequest, callerOf, type KnownCaller } from "../callers.ts";
import { apiHeaders } from "../headers.ts";
import { readBytes, readJson } from "../json.ts";
import { isOfType } from "../media-type.ts";
import { openApi } from "../openapi/document.ts";
import { budgetHeaders, problemHeaders, problemOf } from "../problem.ts";
import { binaryField, hasBody, methodOf, shapeOf, streamOf, successOf } from "../shape.ts";

/** What the Node server hands over beside the request; absent where another host runs this. */
type Bindings = { Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse } };
type Asking = Context<Bindings>;

const pictureBytes = 2 * 1024 * 1024;
const root = "/api/v1";
const leaksPath = `${root}/tokens/leaks/github`;
const leaksBytes = 1024 * 1024;

/**
 * The REST API: a loop over the operations. A slash at the end of a path is passed over, not redirected: many clients
 * follow no redirect of a POST, or follow it without their body or token.
 */
export function rest(): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false });
  app.get(`${root}/openapi.json`, (c) => c.json(openApi(), 200, { ...apiHeaders(), "x-request-id": requestIdOf(c) }));
  app.post(leaksPath, takeLeaks);
  for (const operation of operations) app.on(methodOf(operation), pathOf(operation), handler(operation));
  const others = elsewhere();
  app.notFound((c) => others.fetch(c.req.raw, c.env));
  app.onError((error, c) => refuse(c, error));
  return app;
}

/** Its body is signed to the byte, and an array: not what the API's other addresses take or its document describes. */
async function takeLeaks(c: Asking): Promise<Response> {
  try {
    const caller = { ...callerOf(asked(c)), who: async () => null };
    const content = Buffer.from(await readBytes(c.req.raw.body, leaksBytes)).toString();
    const { output } = await execute(takeGitHubReport, caller, {
      content,
      keyIdentifier: c.req.header("github-public-key-identifier"),
      signature: c.req.header("github-public-key-signature"),
    });
    return c.json(output.items, 200, { ...apiHeaders(), "x-request-id": caller.requestId });
  } catch (error) {
    return refuse(c, error);
  }
}

/** What no operation takes. An app of its own, so that each route of the first has one handler, which is faster. */
function elsewhere(): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false });
  for (const [path, methods] of methodsByPath()) app.all(path, (c) => refuse(c, methodRefused(methods)));
  app.all("*", (c) => refuse(c, new Refusal("not_found", "There is no such address in this API.")));
  return app;
}

const pathOf = ({ route }: RestOperation) => root + route.slice(route.indexOf(" ") + 1).replace(/\{(\w+)\}/g, ":$1");

function methodsByPath(): Map<string, string[]> {
  const byPath = new Map<string, string[]>([
    [`${root}/openapi.json`, ["GET", "HEAD"]],
    [leaksPath, ["POST"]],
  ]);
  for (const operation of operations) {
    const known = byPath.get(pathOf(operation)) ?? [];
    byPath.set(pathOf(operation), [...known, ...withHead(methodOf(operation))]);
  }
  return byPath;
}

const withHead = (method: string) => (method === "GET" ? ["GET", "HEAD"] : [method]);

const methodRefused = (allow: string[]) =>
  new Refusal("method_not_allowed", `Here, use ${allow.join(", ")}.`, { allow });

function handler(operation: RestOperation) {
  const success = successOf(operation);
  const readsBody = hasBody(operation);
  const bytesField = binaryField(operation.input);
  const readsVersion = "version" in shapeOf(operation.input);
  const group = groupOf(operation);
  const isForAll = changesAll(operation);
  return async (c: Asking) => {
    let caller: KnownCaller | undefined;
    try {
      if (isForAll) rejectIfIdIsMissing(c.req.url);
      caller = callerOf(asked(c, group));
      const raw = readsBody ? await bodyInput(c, bytesField) : queryInput(c);
      if (readsVersion) addVersion(c, raw);
      return answer(c, await execute(operation, caller, raw), success, caller);
    } catch (error) {
      return refuse(c, error, caller);
    }
  };
}

/** Does it do to all what another route of its method does to the one that is named behind a slash? */
const changesAll = ({ route }: RestOperation) =>
  !route.startsWith("GET ") && operations.some((other) => /^(.*)\/\{\w+\}$/.exec(other.route)?.[1] === route);

/** A program whose variable was empty must not change all when it means one. */
function rejectIfIdIsMissing(url: string) {
  if (/^[^?]*\/(\?|$)/.test(url))
    throw new Refusal("not_found", "There is no id behind the last slash. Leave that slash out to mean all.");
}

/** The part of the API that a route belongs to: its first word, or two where the first is "me". */
const groupOf = ({ route }: RestOperation) => /^\w+ \/(me\/[^/]+|[^/]+)/.exec(route)?.[1];

function asked(c: Asking, group?: string): CallerRequest {
  const incoming = c.env?.incoming;
  const { method } = c.req;
  if (!incoming) return { method, group, header: (name) => c.req.header(name) };
  const { headers, socket } = incoming;
  const requestId = headers["x-request-id"]?.toString();
  return { method, group, peer: socket.remoteAddress, requestId, header: (name) => headers[name]?.toString() };
}

const requestIdOf = (c: Asking) => asked(c).requestId ?? "unknown";

function queryInput(c: Asking): Record<string, unknown> {
  const url = c.req.url;
  if (!url.includes("?")) return c.req.param();
  const query = c.req.queries();
  const repeated = Object.keys(query).find((key) => query[key]?.length !== 1);
  if (repeated) throw new Refusal("malformed_request", `The parameter ${repeated} stands there more than once.`);
  const once = Object.entries(query).map(([key, values]) => [key, values[0]]);
  return withParams(c, Object.fromEntries(once));
}

/** What was given beside the parts of the path; a part of the path stands in the path only. */
function withParams(c: Asking, given: Record<string, unknown>): Record<string, unknown> {
  const params = c.req.param();
  const doubled = Object.keys(params).find((key) => Object.hasOwn(given, key));
  if (doubled) throw unknownField(doubled);
  return { ...given, ...params };
}

async function bodyInput(c: Asking, bytesField: string | undefined): Promise<Record<string, unknown>> {
  const stray = Object.keys(c.req.queries())[0];
  if (stray) throw unknownField(stray);
  if (bytesField) return { [bytesField]: await pictureBody(c) };
  return withParams(c, await readJson(c.req.header("content-type"), c.req.raw.body));
}

const unknownField = (field: string) =>
  new Refusal("invalid_fields", `There is no field ${field} here.`, {
    errors: [{ pointer: `/${field}`, code: "unknown_field", message: "There is no such field here." }],
  });

function pictureBody(c: Asking) {
  const fits = ["image/png", "image/jpeg", "image/webp"].some((kind) => isOfType(c.req.header("content-type"), kind));
  if (!fits) throw new Refusal("unsupported_media_type");
  return readBytes(c.req.raw.body, pictureBytes);
}

/** An If-Match that is no version of ours matches none (RFC 9110, 13.1.1). */
function addVersion(c: Asking, raw: Record<string, unknown>) {
  const wanted = c.req.header("if-match");
  if (wanted === undefined || wanted === "*") return;
  const [, version] = /^"(\d{1,9})"$/.exec(wanted) ?? [];
  if (version === undefined) throw new Refusal("version_conflict");
  raw.version ??= version;
}

type Headers = Record<string, string>;

function answer(
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

function refuse(c: Asking, error: unknown, caller?: KnownCaller): Response {
  const refusal = asRefusal(error);
  if (caller) noteRefusedTo(caller.known, refusal, caller.agent);
  const requestId = caller?.requestId ?? requestIdOf(c);
  if (refusal.status === 500 && !(error instanceof Refusal)) log().error({ err: error, requestId }, "request failed");
  const headers: Headers = { ...apiHeaders(), "x-request-id": requestId };
  if (caller) addTokenHeaders(headers, caller);
  Object.assign(headers, problemHeaders(refusal, caller?.hadToken ?? false));
  return send(c, refusal.status, headers, JSON.stringify(problemOf(refusal, requestId)));
}
