import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "hono";
import { Refusal } from "#lib/core/errors.ts";
import type { CallerRequest } from "../callers.ts";
import { readBytes, readJson } from "../json.ts";
import { isOfType } from "../media-type.ts";

/** What the Node server hands over beside the request; absent where another host runs this. */
export type Bindings = { Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse } };

export type Asking = Context<Bindings>;

const pictureBytes = 2 * 1024 * 1024;

export const root = "/api/v1";

export function asked(c: Asking, group?: string): CallerRequest {
  const incoming = c.env?.incoming;
  const { method } = c.req;
  if (!incoming) return { method, group, header: (name) => c.req.header(name) };
  const { headers, socket } = incoming;
  const requestId = headers["x-request-id"]?.toString();
  return { method, group, peer: socket.remoteAddress, requestId, header: (name) => headers[name]?.toString() };
}

export const requestIdOf = (c: Asking) => asked(c).requestId ?? "unknown";

export function queryInput(c: Asking): Record<string, unknown> {
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

export async function bodyInput(c: Asking, bytesField: string | undefined): Promise<Record<string, unknown>> {
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
export function addVersion(c: Asking, raw: Record<string, unknown>) {
  const wanted = c.req.header("if-match");
  if (wanted === undefined || wanted === "*") return;
  const [, version] = /^"(\d{1,9})"$/.exec(wanted) ?? [];
  if (version === undefined) throw new Refusal("version_conflict");
  raw.version ??= version;
}
