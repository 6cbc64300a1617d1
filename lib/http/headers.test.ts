import { createConnection } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { bearer, type Headers, sessionOf, tokenOf } from "#tests/credentials.ts";
import { drawing } from "#tests/samples/operations.ts";
import { type Asking, json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let headers: Headers;

beforeAll(async () => {
  cast = await openStage();
  api = await openTestApi();
  headers = bearer(await sessionOf(cast.ben));
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const common = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "x-request-id": expect.stringMatching(uuid),
};
const apiHeaders = {
  ...common,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "private, no-store",
  vary: "Cookie, Authorization",
};

const answers: [what: string, status: number, path: string, asking: () => Promise<Asking>][] = [
  ["an answer", 200, "/me", async () => ({ headers })],
  ["an open answer", 200, "/scopes", async () => ({})],
  ["the API document", 200, "/openapi.json", async () => ({})],
  ["something made", 201, "/me/tokens", async () => ({ method: "POST", ...json(newToken, headers) })],
  ["nothing to say", 204, "/sessions/current", async () => ({ method: "DELETE", headers: await fresh() })],
  ["HEAD", 200, "/me", async () => ({ method: "HEAD", headers })],
  ["malformed", 400, "/me", async () => ({ method: "PATCH", ...json(null, headers) })],
  ["nobody", 401, "/me", async () => ({})],
  ["no scope", 403, "/me", async () => ({ headers: bearer((await tokenOf(cast.ben, ["Tasks"])).secret) })],
  ["nowhere", 404, "/nowhere", async () => ({ headers })],
  ["no such thing", 404, "/me/picture", async () => ({ headers })],
  ["not this method", 405, "/me", async () => ({ method: "TRACE", headers })],
  ["no such method", 405, "/me", async () => ({ method: "PROPFIND", headers })],
  ["version_conflict", 412, "/me", async () => ({ method: "PATCH", ...json({}, { ...headers, "if-match": '"0"' }) })],
  ["too large", 413, "/me", async () => ({ method: "PATCH", headers, body: "x".repeat(70_000) })],
  ["not JSON", 415, "/me", async () => ({ method: "PATCH", headers, body: "x" })],
  ["wrong", 422, "/me", async () => ({ method: "PATCH", ...json({ a: 1 }, headers) })],
];

const newToken = { name: "a token", scopes: ["profile:read"] };
const fresh = async () => bearer(await sessionOf(cast.ben));

describe("every answer of the API says how it may be used", () => {
  test.each(answers)("%s (%i)", async (_, status, path, asking) => {
    const answer = await api.request(`/api/v1${path}`, await asking());
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(apiHeaders);
    expectType(answer.headers["content-type"], status, answer.text);
  });

  test("a picture", async () => {
    const body = await drawing().png().toBuffer();
    await api.request("/api/v1/me/picture", {
      method: "PUT",
      headers: { ...headers, "content-type": "image/png" },
      body,
    });
    const answer = await api.request("/api/v1/me/picture", { headers });
    expect([answer.status, answer.headers]).toMatchObject([200, { ...apiHeaders, "content-type": "image/webp" }]);
    expect(answer.headers["content-disposition"]).toBe("inline");
  });

  test("a bug (500), of which nothing is told but the request id", async () => {
    await sql("alter table tokens rename to tokens_gone");
    const answer = await api.request("/api/v1/me/tokens", { headers });
    await sql("alter table tokens_gone rename to tokens");
    expect([answer.status, answer.headers]).toMatchObject([500, apiHeaders]);
    expect(answer.text).not.toMatch(/tokens_gone|relation|select|postgres|node_modules|\.ts/i);
    expect(answer.field("instance")).toBe(answer.headers["x-request-id"]);
  });
});

function expectType(type: string | undefined, status: number, text: string) {
  if (text === "") return;
  const kind = status < 400 ? /^application\/json(; charset=utf-8)?$/i : /^application\/problem\+json; charset=utf-8$/;
  expect(type).toMatch(kind);
}

describe("every page says how it may be used", () => {
  test("with a nonce of its own each time", async () => {
    const pages = await Promise.all([api.request("/tokens"), api.request("/sign-in?x=/api/v1/me")]);
    const nonces = pages.map(
      ({ headers }) => /'nonce-([\w+/=]{24})'/.exec(headers["content-security-policy"] as string)?.[1],
    );
    expect(new Set(nonces).size).toBe(2);
    for (const { headers } of pages)
      expect(headers).toMatchObject({
        ...common,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": expect.stringContaining("camera=()"),
        "content-security-policy": expect.stringMatching(
          /default-src 'self';.*object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'/,
        ),
      });
  });

  test("and lets no script or style in that is not ours", async () => {
    const { headers } = await api.request("/");
    expect(headers["content-security-policy"]).not.toMatch(/unsafe-inline|unsafe-eval|\*|http:/);
  });
});

test.each(["/healthz/live", "/healthz/ready", "/healthz/else"])("%s says so too", async (path) => {
  const answer = await api.request(path);
  expect(answer.headers).toMatchObject({
    ...common,
    "cache-control": "private, no-store",
    "content-type": "text/plain; charset=utf-8",
  });
});

test("a request id of the client's is not taken over", async () => {
  const answer = await api.request("/api/v1/me", { headers: { ...headers, "x-request-id": "mine\u00e4" } });
  expect(answer.headers["x-request-id"]).toMatch(uuid);
});

test("no answer lets another site read it", async () => {
  const origin = "http://evil.example";
  const preflight = {
    origin,
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "authorization",
  };
  const asked = [
    await api.request("/api/v1/me", { method: "OPTIONS", headers: preflight }),
    await api.request("/api/v1/me", { headers: { ...headers, origin } }),
    await api.request("/", { headers: { origin } }),
  ];
  for (const answer of asked)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

describe("a request that is not quite HTTP", () => {
  const { port } = { port: () => Number(new URL(api.origin).port) };
  const raw = (text: string) =>
    new Promise<string>((answered, failed) => {
      let heard = "";
      const socket = createConnection(port(), "127.0.0.1", () => socket.end(text));
      socket.on("data", (part) => {
        heard += part;
      });
      socket.on("error", failed).on("close", () => answered(heard));
    });

  const asked: [what: string, lines: string[]][] = [
    ["no host", ["GET /api/v1/scopes HTTP/1.1"]],
    ["two lengths", ["POST /api/v1/sessions HTTP/1.1", "Host: a", "Content-Length: 1", "Content-Length: 2"]],
    [
      "length and chunks",
      ["POST /api/v1/sessions HTTP/1.1", "Host: a", "Content-Length: 4", "Transfer-Encoding: chunked"],
    ],
    ["unknown coding", ["POST /api/v1/sessions HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"]],
    ["a folded header", ["GET /api/v1/scopes HTTP/1.1", "Host: a", "X-A: b", " c: d\u0000"]],
    ["an unknown method", ["BREW /api/v1/scopes HTTP/1.1", "Host: a"]],
    ["a host with a path", ["GET /api/v1/scopes HTTP/1.1", "Host: a/b"]],
    ["a host with a person", ["GET /api/v1/scopes HTTP/1.1", "Host: me@a"]],
    ["no host in HTTP/1.0", ["GET /api/v1/scopes HTTP/1.0"]],
  ];

  test.each(asked)("is refused: %s", async (_, lines) => {
    const heard = await raw([...lines, "Connection: close", "", ""].join("\r\n"));
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).not.toMatch(/node_modules|Error:|lk_/);
  });

  test("is not answered behind a backslash, which leads to the path that a browser reads", async () => {
    const heard = await raw(["GET /api/v1/\\scopes HTTP/1.1", "Host: a", "Connection: close", "", ""].join("\r\n"));
    expect(heard).toMatch(/^HTTP\/1\.1 308 /);
    expect(heard).toMatch(/^location: \/api\/v1\/scopes\r$/im);
  });

  test("its host leads nowhere: links are made of APP_URL", async () => {
    const heard = await raw(
      "GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n",
    );
    expect(heard).toContain("http://localhost:3000/docs/errors#unauthenticated");
    expect(heard).not.toContain("evil.example");
  });
});
