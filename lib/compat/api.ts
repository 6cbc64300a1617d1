import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import type { Allow } from "#lib/core/authorize.ts";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { execute, type Operation } from "#lib/core/operation.ts";
import { requireKind } from "#lib/core/token-kinds.ts";
import { callerOf, type KnownCaller } from "#lib/http/callers.ts";
import { apiHeaders } from "#lib/http/headers.ts";
import { parseJson, readBytes, readIncoming } from "#lib/http/json.ts";
import { isOfType } from "#lib/http/media-type.ts";
import { streamOf } from "#lib/http/shape.ts";
import { noteRefusedTo } from "#lib/tokens/usage/record.ts";
import { inCallersWords, type Names } from "./names.ts";

/** What the Node server hands over beside the request; absent where another host runs this. */
type Bindings = { Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse } };
type Asking = Context<Bindings>;

type Header = (name: string) => string | undefined;

/** The fields of an input by their names; what stands in them is for the operation to judge. */
type Raw<I extends z.ZodType> = { [K in keyof z.input<I>]: unknown };

/** Runs an operation as whoever asks. */
export type Run = <I extends z.ZodType, O extends z.ZodType, A extends Allow>(
  operation: Operation<I, O, A>,
  input: Raw<I>,
) => Promise<z.output<O>>;

/**
 * What came in with a request. `path` are the parts of the address, decoded once; `body` its fields, whatever they
 * hold.
 */
export type ApiRequest = {
  path: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  header: Header;
  /** Who asks; on an address that wants no token, nobody. */
  actor: Actor | null;
  run: Run;
};

/** What is answered; a body of undefined is none at all, and JSON in pieces is sent as they come. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** One address of a compatible API: what is asked for, and with which status and in which shape it is answered. */
export type ApiRoute = {
  route: string;
  status: 200 | 201 | 204;
  /** How its body is written; none is read without it. */
  body?: "json" | "form";
  /** It wants no token of a person, and one that is sent counts for nothing. */
  isOpen?: boolean;
  headers?: Record<string, string>;
  /** What fields are called here, where that differs from the rest of the API. */
  names?: Names;
  /** What it says of a refusal in its own words. */
  words?(refusal: Refusal): Refusal;
  act(asked: ApiRequest): Promise<unknown>;
};

/** A compatible API: its addresses, where its clients put their token, and how it says no. */
type CompatibleApi = {
  rows: ApiRoute[];
  /** The token that was sent; undefined without one. Refuses `token_malformed` for what can be none. */
  token(header: Header): string | undefined;
  /** What the fields of operations are called by its clients, where that differs. */
  names: Names;
  /** How it says no; fields are named by then as its clients name them. */
  refuse(refusal: Refusal, row?: ApiRoute): Answer;
};

const mostBytes = 64 * 1024;

/** Serves a compatible API: a loop over its rows. No rule lives here. */
export function serveApi(api: CompatibleApi): Hono<Bindings> {
  // A slash at the end is passed over, as in the REST API.
  const app = new Hono<Bindings>({ strict: false });
  for (const row of api.rows) app.on(methodOf(row), pathOf(row), (c) => serve(c, api, row));
  for (const [path, rows] of Map.groupBy(api.rows, pathOf)) {
    const otherMethod = new Refusal("method_not_allowed", undefined, { allow: rows.map(methodOf) });
    app.all(path, (c) => serve(c, api, absent(c, rows, otherMethod)));
  }
  app.notFound((c) => serve(c, api, absent(c, api.rows, new Refusal("not_found"))));
  app.onError((error, c) => refuse(c, api, error));
  return app;
}

/**
 * What is asked for and is not there. The token is looked at first, as at every address that wants one: a client whose
 * token is past its end is to sign in again, whatever it asked for (IP6).
 */
const absent = (c: Asking, kin: ApiRoute[], refusal: Refusal): ApiRoute => ({
  route: `ANY ${c.req.path}`,
  status: 200,
  isOpen: kin.every(({ isOpen }) => isOpen),
  act: () => Promise.reject(refusal),
});

const methodOf = ({ route }: ApiRoute) => route.slice(0, route.indexOf(" "));
const pathOf = ({ route }: ApiRoute) => route.slice(route.indexOf(" ") + 1).replace(/\{(\w+)\}/g, ":$1");

/** The part of the product that is asked: the API. */
const groupOf = ({ route }: ApiRoute) => /^\w+ \/([^/]+)/.exec(route)?.[1];

async function serve(c: Asking, api: CompatibleApi, row: ApiRoute): Promise<Response> {
  let caller: KnownCaller | undefined;
  try {
    caller = callerTo(c, api, row);
    const actor = await caller.who();
    if (!row.isOpen && !actor) throw new Refusal("unauthenticated");
    const body = row.body ? await bodyOf(c, row.body) : {};
    const done = await act(row, asked(c, caller, actor, body));
    return answer(c, { status: row.status, headers: row.headers, body: done });
  } catch (error) {
    if (caller) noteRefusedTo(caller.known, asRefusal(error), caller.agent);
    return refuse(c, api, error, row);
  }
}

async function act(row: ApiRoute, asked: ApiRequest): Promise<unknown> {
  try {
    return await row.act(asked);
  } catch (error) {
    throw error instanceof Refusal && row.words ? row.words(error) : error;
  }
}

const asked = (c: Asking, caller: KnownCaller, actor: Actor | null, body: ApiRequest["body"]): ApiRequest => ({
  path: c.req.param(),
  get query() {
    return new URL(c.req.url).searchParams;
  },
  body,
  actor,
  header: headerOf(c),
  run: async (operation, input) => (await execute(operation, caller, input)).output,
});

/**
 * What callers may say of themselves beside their token; cookies and the tokens of other APIs count for nothing here.
 */
const heard = new Set(["user-agent", "x-forwarded-for"]);

/** As Node has read them, where there is Node: making others of them costs as much as the rest. */
function headerOf(c: Asking): Header {
  const headers = c.env?.incoming?.headers;
  return headers ? (name) => headers[name]?.toString() : (name) => c.req.header(name);
}

function callerTo(c: Asking, api: CompatibleApi, row: ApiRoute): KnownCaller {
  const header = headerOf(c);
  const token = row.isOpen ? undefined : api.token(header);
  const caller = callerOf({
    method: c.req.method,
    group: groupOf(row),
    peer: c.env?.incoming?.socket.remoteAddress,
    requestId: c.env?.incoming && requestIdOf(c),
    header: (name) =>
      name === "authorization" ? token && `Bearer ${token}` : heard.has(name) ? header(name) : undefined,
  });
  const { who } = caller;
  let known: Promise<Actor | null> | undefined;
  return Object.assign(caller, {
    who: () => {
      known ??= who();
      return known;
    },
  });
}

/** The secret of a personal access token, which is all that these APIs take. */
export function requireTokenSecret(secret = ""): string {
  requireKind(secret, "pat");
  return secret;
}

async function bodyOf(c: Asking, written: "json" | "form"): Promise<Record<string, unknown>> {
  const incoming = c.env?.incoming;
  const bytes = await (incoming ? readIncoming(incoming, mostBytes) : readBytes(c.req.raw.body, mostBytes));
  if (written === "form") return formOf(headerOf(c)("content-type"), bytes);
  return bytes.length ? parseJson(bytes) : {};
}

/** The fields of a form, each of which stands there once. */
function formOf(contentType: string | undefined, bytes: Uint8Array): Record<string, string> {
  if (!isOfType(contentType, "application/x-www-form-urlencoded"))
    throw new Refusal("malformed_request", "Send a form in UTF-8: application/x-www-form-urlencoded.");
  const fields = [...new URLSearchParams(Buffer.from(bytes).toString())];
  const isRepeated = new Set(fields.map(([name]) => name)).size < fields.length;
  if (isRepeated) throw new Refusal("malformed_request", "A parameter stands there more than once.");
  return Object.fromEntries(fields);
}

/** Given by our own server, whatever the client sends. */
const requestIdOf = (c: Asking) => c.env?.incoming?.headers["x-request-id"]?.toString() ?? "unknown";

/** Writes straight to the socket where there is one, as the REST API does. */
function answer(c: Asking, { status, headers, body }: Answer): Response {
  const all: Record<string, string> = { ...apiHeaders(), "x-request-id": requestIdOf(c), ...headers };
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

function refuse(c: Asking, api: CompatibleApi, error: unknown, row?: ApiRoute): Response {
  const refusal = asRefusal(error);
  const requestId = requestIdOf(c);
  if (refusal.status === 500 && !(error instanceof Refusal)) log().error({ err: error, requestId }, "request failed");
  const names = { ...api.names, ...row?.names };
  const said = api.refuse(inCallersWords(refusal, names, new URL(c.req.url).searchParams), row);
  return answer(c, { ...said, headers: { ...row?.headers, ...commonHeaders(refusal), ...said.headers } });
}

function commonHeaders({ details: { retryAfter, allow } }: Refusal): Record<string, string> {
  return {
    ...(retryAfter && { "retry-after": String(retryAfter) }),
    ...(allow && { allow: allow.join(", ") }),
  };
}
