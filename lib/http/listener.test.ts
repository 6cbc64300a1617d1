import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { env } from "#lib/env.ts";
import { openStage, sql } from "#tests/cast.ts";
import { configure } from "#tests/settings.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { ownHeader, peerHeader } from "./headers.ts";
import { createListener } from "./listener.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage();
  api = await openTestApi();
});

/** Sends these very bytes, and gives back status, headers and body. */
async function send(target: string, headers = ["Host: portal.test"], method = "GET") {
  const socket = connect(Number(new URL(api.origin).port), "127.0.0.1");
  socket.end([`${method} ${target} HTTP/1.1`, ...headers, "Connection: close", "", ""].join("\r\n"));
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n", 2);
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1];
  return { status: Number(head.split(" ")[1]), header, body };
}

const html = { accept: "text/html,application/xhtml+xml" };

describe("a request that could be read in two ways is answered by nobody", () => {
  test.each([
    "/_next/../api/v1/scopes",
    "/aims/%2e%2E/api/v1/scopes",
    "/api/v1\\..\\v1/scopes",
    "http://evil.example/",
  ])("%s is 400, in problem details", async (target) => {
    const answer = await send(target);
    expect([answer.status, answer.header("content-type")]).toEqual([400, "application/problem+json; charset=utf-8"]);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: "malformed_request",
      instance: answer.header("x-request-id"),
    });
  });

  test("so are two Hosts, of which a browser is told in a page", async () => {
    const answer = await send("/", ["Host: portal.test", "Host: portal.test", `Accept: ${html.accept}`]);
    expect([answer.status, answer.header("content-type")]).toEqual([400, "text/html; charset=utf-8"]);
    expect(answer.body).toContain("more than one Host header");
    expect(answer.header("content-security-policy")).toMatch(/script-src 'self' 'nonce-/);
  });

  test("an address of the portal's own is its path, whatever Host says", async () => {
    const target = `${env().APP_URL}/api/v1/scopes`;
    expect((await send(target, ["Host: evil.example"])).status).toBe(200);
  });

  test.each([
    ["//api/v1/scopes", "/api/v1/scopes"],
    ["/api/v1//scopes?a=//b", "/api/v1/scopes?a=//b"],
    ["//evil.example", "/evil.example"],
    ["/\\evil.example", "/evil.example"],
  ])("%s is redirected, and never to another host", async (target, location) => {
    const answer = await send(target, undefined, "POST");
    expect([answer.status, answer.header("location"), answer.body]).toEqual([308, location, ""]);
  });

  test("what is escaped for no reason is the same address", async () => {
    expect((await send("/%61pi/v1/scope%73")).status).toBe(200);
  });
});

test.each([
  ["GET", "/aims/v1/user/ids", 401],
  ["POST", "/aims/v1/authenticate", 401],
  ["GET", "/userservice/v1/users", 401],
  ["GET", "/api/2/auth/x", 401],
  ["POST", "/oauth2/revoke", 400],
  ["GET", "/api/v1/scopes", 200],
])("%s %s answers with a slash at its end as without", async (method, path, status) => {
  const [one, other] = [await api.request(path, { method }), await api.request(`${path}/?`, { method })];
  expect([one.status, other.status]).toEqual([status, status]);
});

describe("a request of which nobody knows where it comes from", () => {
  const nowhere = { "x-forwarded-for": "unknown" };

  test("is refused by pages and APIs alike", async () => {
    configure({ TRUSTED_PROXIES: "127.0.0.1" });
    const asked = ["/", "/api/v1/scopes", "/aims/v1/authenticate", "/pro-api/v1/x", "/oauth2/introspect"];
    const answers = asked.map((path) => api.request(path, { method: "POST", ...json({}, { ...nowhere, ...ours() }) }));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    configure({});
    expect(statuses).toEqual([400, 405, 400, 400, 400]);
  });

  test("does not sign in", async () => {
    configure({ TRUSTED_PROXIES: "127.0.0.1" });
    const answer = await api.request("/api/v1/sessions", {
      method: "POST",
      ...json({ username: "ada", password: "wrong" }, nowhere),
    });
    const known = await api.request("/api/v1/sessions", {
      method: "POST",
      ...json({ username: "ada", password: "wrong" }, { "x-forwarded-for": "198.51.100.7:51008" }),
    });
    configure({});
    expect([answer.status, answer.field("code"), known.status]).toEqual([400, "malformed_request", 401]);
    expect(await sql("select distinct address from audit_entries")).toEqual([{ address: "198.51.100.7" }]);
  });
});

const ours = () => ({ origin: env().APP_URL });

describe("a form", () => {
  const sent = async (headers: Record<string, string>) =>
    api.request("/sign-in", {
      method: "POST",
      headers: { ...html, "content-type": "text/plain", ...headers },
      body: "x",
    });

  test.each([
    ["of another site", { origin: "https://evil.example" }],
    ["of a page that hides where it is", { origin: "null" }],
    ["of nobody", {}],
    ["of a script of another site", { origin: "https://evil.example", "next-action": "40aa" }],
    ["of a script that does not say where it is", { "next-action": "40aa" }],
    ["whose site says it stands in front", { origin: "https://evil.example", "x-forwarded-host": "evil.example" }],
  ])("%s is refused, in a page that says so", async (_, headers) => {
    const answer = await sent(headers);
    expect([answer.status, answer.headers["content-type"]]).toEqual([403, "text/html; charset=utf-8"]);
    expect(answer.text).toContain("takes requests of its own pages");
  });

  test("of our own goes on to its page", async () => {
    expect((await sent(ours())).text).toBe("a page");
  });

  test("of our own scripts goes on from wherever this server was opened", async () => {
    expect((await sent({ origin: api.origin, "next-action": "40aa" })).text).toBe("a page");
  });
});

describe("what a page is told", () => {
  const told: IncomingHttpHeaders[] = [];
  const server = createServer(
    createListener((req, res) => {
      told.push(req.headers);
      res.end();
    }, []),
  );
  const ask = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/profile`, { headers });

  beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
  afterAll(() => server.close());

  test("of its client's address is what this server sees, but where Next asks by itself for the page after a form", async () => {
    await ask({ [peerHeader]: "198.51.100.9", [ownHeader]: "made up" });
    const own = String(told.at(-1)?.[ownHeader]);
    expect(told.at(-1)?.[peerHeader]).toBe("127.0.0.1");
    await ask({ [peerHeader]: "198.51.100.9", [ownHeader]: own });
    expect(told.at(-1)?.[peerHeader]).toBe("198.51.100.9");
  });

  test("of where the portal is comes from no header", async () => {
    await ask({ "x-forwarded-proto": "https", "x-forwarded-host": "evil.example", "x-forwarded-port": "1" });
    const names = Object.keys(told.at(-1) ?? {});
    expect(names.filter((name) => name.startsWith("x-forwarded"))).toEqual([]);
  });
});
