import { Hono } from "hono";
import type { Actor } from "#lib/core/actor.ts";
import { asRefusal, Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { KnownCaller } from "#lib/http/callers.ts";
import { noteRefusedTo } from "#lib/tokens/usage/record.ts";
import { answer, refuse } from "./answer.ts";
import { type BodyFormat, readBody } from "./body.ts";
import { callerTo } from "./caller.ts";
import { type ApiContext, type CompatBindings, headersOf } from "./context.ts";
import type { ApiRequest, ApiRoute, CompatibleApi } from "./route.ts";

/** Defines a compatible API, which is opened by calling it: a loop over its routes. No rule lives here. */
export const defineApi = (api: CompatibleApi) => (): Hono<CompatBindings> => {
  // A slash at the end is passed over, as in the REST API.
  const app = new Hono<CompatBindings>({ strict: false });
  const pathOf = pathsOf(api);
  for (const row of api.routes) app.on(methodOf(row), pathOf(row), (c) => serve(c, api, row));
  for (const [path, rows] of Map.groupBy(api.routes, pathOf)) {
    const otherMethod = new Refusal("method_not_allowed", undefined, { allow: rows.map(methodOf) });
    app.all(path, (c) => serve(c, api, absent(c, rows, otherMethod)));
  }
  app.notFound((c) => serve(c, api, absent(c, api.routes, new Refusal("not_found"))));
  app.onError((error, c) => refuse(c, api, error));
  return app;
};

/**
 * What is asked for and is not there. The token is looked at first, as at every address that wants one: a client whose
 * token is past its end is to sign in again, whatever it asked for (IP6, G2).
 */
const absent = (c: ApiContext, kin: ApiRoute[], refusal: Refusal): ApiRoute => ({
  route: `ANY ${c.req.path}`,
  status: 200,
  isOpen: kin.every(({ isOpen }) => isOpen),
  act: () => Promise.reject(refusal),
});

const methodOf = ({ route }: ApiRoute) => route.slice(0, route.indexOf(" "));

/** Addresses as Hono writes them: `{name}` is `:name`, with what it looks like where the API says so. */
const pathsOf =
  ({ parts = {} }: CompatibleApi) =>
  ({ route }: ApiRoute) =>
    route
      .slice(route.indexOf(" ") + 1)
      .replace(/\{(\w+)\}/g, (_, name) => `:${name}${parts[name] ? `{${parts[name]}}` : ""}`);

async function serve(c: ApiContext, api: CompatibleApi, row: ApiRoute): Promise<Response> {
  let caller: KnownCaller | undefined;
  try {
    caller = callerTo(c, api, row);
    const actor = await caller.who();
    if (!row.isOpen && !actor) throw new Refusal("unauthenticated");
    const body = row.body ? await readBody(c, row.body) : {};
    const done = await act(row, requestOf(c, caller, actor, body));
    return answer(c, { status: row.status, headers: row.headers, body: done });
  } catch (error) {
    if (caller) noteRefusedTo(caller.known, asRefusal(error), caller.agent);
    return refuse(c, api, error, row);
  }
}

async function act(row: ApiRoute, request: ApiRequest): Promise<unknown> {
  try {
    return await row.act(request);
  } catch (error) {
    throw error instanceof Refusal && row.words ? row.words(error) : error;
  }
}

const requestOf = (c: ApiContext, caller: KnownCaller, actor: Actor | null, body: ApiRequest["body"]): ApiRequest => ({
  path: c.req.param(),
  get query() {
    return new URL(c.req.url).searchParams;
  },
  body,
  actor,
  header: headersOf(c),
  read: <T>(format: BodyFormat<T>) => readBody(c, format),
  run: async (operation, input) => (await execute(operation, caller, input)).output,
});
