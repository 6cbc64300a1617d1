import type { IncomingMessage, ServerResponse } from "node:http";
import { type Context, Hono } from "hono";
import type { Actor } from "#lib/core/actor.ts";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import { log } from "#lib/core/log.ts";
import { execute } from "#lib/core/operation.ts";
import { authenticateAimsToken } from "#lib/credentials/authenticate.ts";
import { aimsTokenHeader, callerOf, type KnownCaller } from "#lib/http/callers.ts";
import { apiHeaders } from "#lib/http/headers.ts";
import { readBody, readNames } from "./body.ts";
import { AimsRefusal, type ErrorAnswer, say } from "./errors.ts";
import { accessKeyRows } from "./routes/access-keys.ts";
import { accountRows } from "./routes/accounts.ts";
import { authenticationRows } from "./routes/authentication.ts";
import { endpointRows } from "./routes/endpoints.ts";
import { roleRows } from "./routes/roles.ts";
import type { AimsRequest, AimsRoute } from "./routes/row.ts";
import { userRows } from "./routes/users.ts";

/** What the Node server hands over beside the request; absent where another host runs this. */
type Bindings = { Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse } };
type Asking = Context<Bindings>;

/** Every address of the API. */
const aimsRows: AimsRoute[] = [
  ...authenticationRows,
  ...userRows,
  ...accountRows,
  ...roleRows,
  ...accessKeyRows,
  ...endpointRows,
];

/** The AIMS API, and the look-ups of its clients: a loop over rows. No rule lives here. */
export function aims(): Hono<Bindings> {
  // A slash at the end is passed over, as in the REST API.
  const app = new Hono<Bindings>({ strict: false });
  for (const row of aimsRows) app.on(methodOf(row), pathOf(row), (c) => serve(c, row));
  for (const [path, rows] of Map.groupBy(aimsRows, pathOf)) {
    const otherMethod = new Refusal("method_not_allowed", undefined, { allow: rows.map(methodOf) });
    app.all(path, (c) => serve(c, absent(c, rows, otherMethod)));
  }
  app.notFound((c) => serve(c, absent(c, aimsRows, new Refusal("not_found"))));
  app.onError((error, c) => refuse(c, error));
  return app;
}

/** What is asked for and is not there; the token is looked at first, as at every address that wants one (G2). */
const absent = (c: Asking, kin: AimsRoute[], refusal: Refusal): AimsRoute => ({
  route: `ANY ${c.req.path}`,
  status: 200,
  isOpen: kin.every(({ isOpen }) => isOpen),
  act: () => Promise.reject(refusal),
});

const methodOf = ({ route }: AimsRoute) => route.slice(0, route.indexOf(" "));

/** Accounts are decimal numbers (G12): what is none is another address, or no address at all. */
const pathOf = ({ route }: AimsRoute) =>
  route
    .slice(route.indexOf(" ") + 1)
    .replace(/\{(\w+)\}/g, (_, name) => (name === "account_id" ? ":account_id{[0-9]+}" : `:${name}`));

async function serve(c: Asking, row: AimsRoute): Promise<Response> {
  const caller = aimsCaller(c, row);
  try {
    const actor = await caller.who();
    if (!row.isOpen && !actor) throw new Refusal("unauthenticated");
    const body = row.body ? await readBody(c.req.raw.body, row.body, row) : {};
    return answer(c, row, await row.act(asked(c, row, caller, actor, body)));
  } catch (error) {
    return refuse(c, error, row);
  }
}

const asked = (
  c: Asking,
  row: AimsRoute,
  caller: KnownCaller,
  actor: Actor | null,
  body: AimsRequest["body"],
): AimsRequest => ({
  path: c.req.param(),
  query: new URL(c.req.url).searchParams,
  body,
  actor,
  header: (name) => c.req.header(name),
  names: () => readNames(c.req.raw.body, row),
  run: async (operation, input) => (await execute(operation, caller, input)).output,
});

/** Who asks, by the token of AIMS alone: what else the clients send along counts for nothing (G7). */
function aimsCaller(c: Asking, row: AimsRoute): KnownCaller {
  const { incoming } = c.env ?? {};
  const header = (name: string) => c.req.header(name);
  const requestId = incoming && requestIdOf(c);
  const caller = callerOf({
    method: c.req.method,
    peer: incoming?.socket.remoteAddress,
    requestId,
    header: (name) => (name === "idempotency-key" ? undefined : header(name)),
  });
  const token = row.isOpen ? undefined : header(aimsTokenHeader);
  let known: Promise<Actor | null> | undefined;
  return Object.assign(caller, {
    who: () => {
      known ??= token ? authenticateAimsToken(token, caller, true) : Promise.resolve(null);
      return known;
    },
  });
}

function answer(c: Asking, { status }: AimsRoute, body: unknown): Response {
  const headers = { ...apiHeaders(), "x-request-id": requestIdOf(c) };
  if (body === undefined) return new Response(null, { status, headers });
  const content = body instanceof ReadableStream ? body : JSON.stringify(body);
  return new Response(content, { status, headers: { ...headers, "content-type": "application/json" } });
}

/** Given by our own server, whatever the client sends. */
const requestIdOf = (c: Asking) => c.env?.incoming?.headers["x-request-id"]?.toString() ?? "unknown";

function refuse(c: Asking, error: unknown, row?: AimsRoute): Response {
  const refusal = asRefusal(error);
  const requestId = requestIdOf(c);
  if (refusal.status === 500 && !(error instanceof Refusal)) log().error({ err: error, requestId }, "request failed");
  const { status, key, headers }: ErrorAnswer =
    refusal instanceof AimsRefusal ? refusal.said : say(refusal, row?.words);
  const all = { ...apiHeaders(), "x-request-id": requestId, ...headers };
  if (key === undefined) return new Response(null, { status, headers: { ...all, "content-length": "0" } });
  return new Response(JSON.stringify({ error: key }), {
    status,
    headers: { ...all, "content-type": "application/json" },
  });
}
