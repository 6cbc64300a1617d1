import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "hono";
import type { Header } from "./route.ts";

/** What the Node server hands over beside the request; absent where another host runs this. */
export type CompatBindings = { Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse } };

/** A request on its way through a compatible API. */
export type ApiContext = Context<CompatBindings>;

/** Headers as Node has read them, where there is Node: making others of them costs as much as the rest. */
export function headersOf(c: ApiContext): Header {
  const headers = c.env?.incoming?.headers;
  return headers ? (name) => headers[name]?.toString() : (name) => c.req.header(name);
}

/** The id of the request, given by our own server, whatever the client sends. */
export const compatRequestId = (c: ApiContext): string =>
  c.env?.incoming?.headers["x-request-id"]?.toString() ?? "unknown";
