import { Agent, request as ask, createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { apis } from "#lib/compat/apis.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { createListener } from "#lib/http/listener.ts";
import { binaryField, methodOf } from "#lib/http/shape.ts";
import type { Headers } from "./credentials.ts";

export type Asking = { method?: string; headers?: Headers; body?: string | Uint8Array };

/** What came back. `field` reads one text of a JSON answer. */
export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: unknown;
  field(name: string): string;
};

export type TestApi = { origin: string; request(path: string, asking?: Asking): Promise<Answer> };

/** Opens the portal's real listener on a free port until the test file is done. Pages, which are Next's, are 404. */
export async function openTestApi(): Promise<TestApi> {
  const server = createServer(
    patient,
    createListener((_, res) => void res.writeHead(404).end("a page"), apis),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  afterAll(() => new Promise((closed) => server.close(closed)));
  return testApiAt(port);
}

/** A connection that was idle is not closed at the moment it is used again. */
const patient = { keepAliveTimeout: 120_000 };

/** The API of a portal that listens already, on this port of the machine. */
export function testApiAt(port: number): TestApi {
  const agent = new Agent({ keepAlive: true });
  afterAll(() => agent.destroy());
  return { origin: `http://127.0.0.1:${port}`, request: (path, asking) => send({ agent, port, path }, asking) };
}

type To = { agent: Agent; port: number; path: string };

function send(to: To, { method = "GET", headers = {}, body }: Asking = {}): Promise<Answer> {
  return new Promise((answered, failed) => {
    const sent = ask(
      { ...to, host: "127.0.0.1", method, headers: { ...lengthOf(body, headers), ...headers } },
      (res) => {
        const parts: Buffer[] = [];
        res.on("data", (part) => parts.push(part));
        res.on("end", () => answered(answerOf(res.statusCode ?? 0, res.headers, Buffer.concat(parts))));
        res.on("error", failed);
      },
    );
    sent.on("error", failed);
    sent.end(body);
  });
}

const lengthOf = (body: Asking["body"], headers: Headers): Headers =>
  body === undefined || headers["transfer-encoding"] ? {} : { "content-length": String(Buffer.byteLength(body)) };

function answerOf(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  const isJson = /json\b/.test(headers["content-type"] ?? "") && bytes.length > 0;
  const text = bytes.toString();
  const body: unknown = isJson ? JSON.parse(text) : bytes;
  const field = (name: string) => String((body as Record<string, unknown>)[name]);
  return { status, headers, text, body, field };
}

/** A JSON body with its type. */
export const json = (value: unknown, headers: Headers = {}) => ({
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** Asks for an operation over HTTP, with its input where its route wants it: in the path, the query or the body. */
export function callOperation(
  api: TestApi,
  operation: RestOperation,
  input: Record<string, unknown>,
  headers: Headers,
) {
  const method = methodOf(operation);
  const { path, rest } = place(operation, input);
  const bytes = binaryField(operation.input);
  if (bytes) {
    const body = rest[bytes] as Uint8Array;
    return api.request(path, { method, headers: { "content-type": "image/png", ...headers }, body });
  }
  if (["POST", "PUT", "PATCH"].includes(method)) return api.request(path, { method, ...json(rest, headers) });
  const query = Object.entries(rest).map(([key, value]) => [key, String(value)]);
  const suffix = query.length ? `?${new URLSearchParams(query)}` : "";
  return api.request(path + suffix, { method, headers });
}

function place({ route }: RestOperation, input: Record<string, unknown>) {
  const inPath = new Set([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)));
  const path = route
    .slice(route.indexOf(" ") + 1)
    .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(input[name])));
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.has(name)));
  return { path: `/api/v1${path}`, rest };
}
