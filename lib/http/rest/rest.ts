import { Hono } from "hono";
import { Refusal } from "#lib/core/errors.ts";
import { execute } from "#lib/core/execute.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { operations } from "#lib/operations.ts";
import { takeGitHubReport } from "#lib/tokens/leaks/github.ts";
import { callerOf, type KnownCaller } from "../callers.ts";
import { apiHeaders } from "../headers.ts";
import { readBytes } from "../json.ts";
import { openApi } from "../openapi/document.ts";
import { binaryField, hasBody, methodOf, shapeOf, successOf } from "../shape.ts";
import { restAnswer, restRefusal } from "./answer.ts";
import { type Asking, addVersion, asked, type Bindings, bodyInput, queryInput, requestIdOf, root } from "./request.ts";

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
  app.onError((error, c) => restRefusal(c, error));
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
    return restRefusal(c, error);
  }
}

/** What no operation takes. An app of its own, so that each route of the first has one handler, which is faster. */
function elsewhere(): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false });
  for (const [path, methods] of methodsByPath()) app.all(path, (c) => restRefusal(c, methodRefused(methods)));
  app.all("*", (c) => restRefusal(c, new Refusal("not_found", "There is no such address in this API.")));
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
      return restAnswer(c, await execute(operation, caller, raw), success, caller);
    } catch (error) {
      return restRefusal(c, error, caller);
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
