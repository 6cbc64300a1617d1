import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { apis } from "#lib/compat/apis.ts";
import { createListener } from "#lib/http/listener.ts";
import type { Headers } from "./credentials.ts";
import { selfSigned } from "./receiver.ts";

/** What iPresso's PHP client makes of every answer; it does not look at the HTTP status. */
export type Envelope = { code: number; data?: unknown; message?: string; errorCode?: number };

export type Asking = { method?: string; headers?: Headers; form?: Record<string, string> };

/** The portal over TLS, as that client requires it; asks for an address below `/api/2/`. */
export type SecureTestApi = (path: string, asking?: Asking) => Promise<Envelope & { status: number; text: string }>;

/** Opens the portal's listener over TLS until the test file is done. Pages are 404. */
export async function openSecureTestApi(): Promise<SecureTestApi> {
  const server = createServer(
    selfSigned,
    createListener((_, res) => void res.writeHead(404).end("a page"), apis),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  return (path, asking) => send(port, path, asking);
}

/** As PHP's curl does: the form is written out and sent with whichever method; the certificate is not looked at. */
function send(
  port: number,
  path: string,
  { method = "GET", headers = {}, form }: Asking = {},
): ReturnType<SecureTestApi> {
  const body = form && new URLSearchParams(form).toString();
  const sent = body === undefined ? headers : { ...headers, ...formHeaders(body) };
  const options = { host: "127.0.0.1", port, path: `/api/2/${path}`, method, headers: sent, rejectUnauthorized: false };
  return new Promise((answered, failed) => {
    const asked = request(options, async (res) => {
      const text = await new Response(res as unknown as ReadableStream).text();
      answered({ ...read(text), status: res.statusCode ?? 0, text });
    });
    asked.on("error", failed);
    asked.end(body);
  });
}

const formHeaders = (body: string): Headers => ({
  "content-type": "application/x-www-form-urlencoded",
  "content-length": String(Buffer.byteLength(body)),
});

/** Whatever is no JSON object is a failure to the client. */
function read(text: string): Envelope {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`no envelope: ${text}`);
  return value as Envelope;
}

/** What a program is set up with. */
export type Setting = { key: string; login: string; secret: string };

const mostRetries = 5;

/**
 * The public client's doings: it sends Basic and a `USER_AGENT` header with every call, the last form body again with
 * GET and DELETE, and at a 403 without an `errorCode` signs in anew, with the method and body of that call, five times
 * at most.
 */
export function phpClient(api: SecureTestApi, { key, login, secret }: Setting) {
  const basic = `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`;
  const common = { accept: "text/json", user_agent: "iPresso", cookie: "XDEBUG_SESSION=1", authorization: basic };
  const calls: string[] = [];
  let token = "";
  let form: Asking["form"];
  let retries = 0;

  const ask = (path: string, method: string, headers: Headers = {}) => {
    calls.push(`${method} ${path.split("/")[0]}`);
    return api(path, { method, form, headers: { ...common, ...headers } });
  };
  const signIn = (method = "GET") => ask(`auth/${key}`, method);

  async function call(method: string, path: string, body?: Asking["form"]): Promise<Envelope> {
    form = body ?? form;
    const answer = await ask(path, method, { ipresso_token: token });
    if (answer.code !== 403 || answer.errorCode !== undefined || retries >= mostRetries) return answer;
    retries++;
    const again = await signIn(method);
    if (again.code !== 200) return again;
    token = String(again.data);
    return call(method, path);
  }

  return {
    /** Answers the envelope; the caller hands its data to `setToken`. */
    getToken: () => signIn(),
    setToken: (given: unknown) => {
      token = String(given);
    },
    call,
    calls,
  };
}
