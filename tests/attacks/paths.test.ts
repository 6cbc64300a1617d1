import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { freshAddress, freshName, sharedServer } from "./server.ts";

const server = sharedServer();
const { hostname, port, host } = new URL(server.url);

/** Sends this very request line, which no client library would, and reads what comes back. */
async function send(target: string, { method = "GET", headers = [] as string[], body = "" } = {}) {
  const socket = connect(Number(port), hostname);
  const head = [`Host: ${host}`, `X-Forwarded-For: ${freshAddress()}`, ...headers, `Content-Length: ${body.length}`];
  socket.write([`${method} ${target} HTTP/1.1`, ...head, "Connection: close", "", body].join("\r\n"));
  const said = await text(socket);
  const location = /^location: (.*)$/im.exec(said)?.[1];
  return { status: Number(said.split(" ")[1]), location, said };
}

/** An address of each API that tells nobody anything without a credential, but is there: 401 from the API itself. */
const apis = [
  "/api/v1/me",
  "/aims/v1/user/me",
  "/endpoints/v1/accounts",
  "/pro/user-manager/v1/user",
  "/pro-api/v1/tokens",
  "/userservice/v1/users",
  "/api/2/user",
  "/oauth2/introspect",
];

const upwards = ["..", "%2e%2e", "%2E%2e", ".%2E", "%2e."];
const slashes = ["/", "\\"];
const begins = ["/_next", "/_next/static", "/aims", "/api/v1", "/x", "/sign-in", "/healthz"];

const climbs = upwards.flatMap((up) =>
  slashes.flatMap((slash) => begins.map((begin) => begin + `${slash}${up}`.repeat(begin.split("/").length - 1))),
);

describe.each(apis)("%s is reached by its own path alone", (api) => {
  test("not past a segment of dots, however that is written", async () => {
    const spelled = [...climbs.map((climb) => climb + api), `/.${api}`, `/%2e${api}`, `${api}/.`, `${api}/x/..`];
    const backwards = `/_next\\..${api.replaceAll("/", "\\")}`;
    for (const target of [...spelled, backwards]) {
      const { status } = await send(target);
      expect([target, status]).toEqual([target, 400]);
    }
  });

  test("not behind doubled slashes, which lead to it and to no other host", async () => {
    for (const target of [`/${api}`, api.replace(/(.)\//, "$1//"), `${api.replace(/(.)\//, "$1\\")}`, `/\\${api}`]) {
      const { status, location } = await send(target, { method: "POST" });
      expect([target, status, location]).toEqual([target, 308, api]);
    }
  });

  test("not by slashes that are data, nor by what Next calls its pages", async () => {
    const encoded = [
      `/_next/..%2f..${api}`,
      `/_next/..%5c..${api}`,
      `/_next%2f..${api}`,
      `/%2f${api}`.replace("//", "/"),
      `/x/%252e%252e${api}`,
      api.replaceAll("/", "%2f").replace("%2f", "/"),
      api.toUpperCase(),
      `/_next/data/x${api}.json`,
      `/x;/..;${api}`,
    ];
    for (const target of encoded) {
      const { status } = await send(target, { headers: ["Accept: text/html"] });
      expect([target, status]).toEqual([target, 404]);
    }
  });

  test("not for another's authority, and for the portal's own as by its path", async () => {
    const statuses = async (targets: string[]) => Promise.all(targets.map(async (one) => (await send(one)).status));
    const foreign = [
      `http://evil.example${api}`,
      `http://${host}@evil.example${api}`,
      `http://evil.example@${host}${api}`,
    ];
    expect(await statuses(foreign)).toEqual([400, 400, 400]);
    const plain = (await send(api)).status;
    expect(plain).not.toBe(400);
    expect(await statuses([`http://${host}${api}`, `HTTP://${host.toUpperCase()}${api}`])).toEqual([plain, plain]);
  });

  test("not with two Hosts", async () => {
    const { status } = await send(api, { headers: [`Host: ${host}`] });
    expect(status).toBe(400);
  });
});

test("doubled slashes before a page lead to no other host", async () => {
  for (const target of ["//evil.example", "/\\evil.example", "///evil.example/", "/\\/evil.example"]) {
    const { status, location } = await send(target);
    expect([target, status]).toEqual([target, 308]);
    expect(new URL(location ?? "", server.url).origin).toBe(server.url);
    expect(location).toMatch(/^\/evil/);
  }
});

test("guesses by another spelling of the path have no budget of their own, and no record without an address", async () => {
  const body = JSON.stringify({ username: freshName(), password: "wrong" });
  const guess = (target: string) =>
    send(target, { method: "POST", headers: ["Content-Type: application/json"], body }).then(({ status }) => status);
  expect(await guess("/api/v1/sessions")).toBe(401);
  expect(await guess("/_next/../api/v1/sessions")).toBe(400);
  expect(await guess("/aims/../api/v1/sessions")).toBe(400);
  const unknown = await server.query("select 1 from audit_entries where address = 'unknown'");
  expect(unknown).toEqual([]);
});

describe("a client whose address the proxy does not tell", () => {
  const asked = (path: string, from: string) => server.call("GET", path, { from, headers: { accept: "text/html" } });

  test("is served nothing", async () => {
    for (const from of ["unknown", "_hidden", "198.18.0.1, nonsense"])
      for (const path of ["/sign-in", "/api/v1/me", "/aims/v1/user/me"])
        expect([from, path, (await asked(path, from)).status]).toEqual([from, path, 400]);
  });

  test("is known where the proxy adds a port", async () => {
    const address = freshAddress();
    const guess = { body: { username: freshName(), password: "wrong" }, from: `${address}:51008` };
    expect((await server.call("POST", "/api/v1/sessions", guess)).status).toBe(401);
    const seen = await server.query("select count(*)::int as count from audit_entries where address = $1", [address]);
    expect(seen).toEqual([{ count: 1 }]);
  });
});

describe("a form", () => {
  const browserSends = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };

  test.each(["https://evil.example", "null"])("of %s is refused in a page that says so", async (origin) => {
    const headers = { ...browserSends, origin, "x-forwarded-host": "evil.example" };
    const { status, body } = await server.call("POST", "/sign-in", { headers });
    expect([status, body]).toEqual([403, expect.stringContaining("takes requests of its own pages")]);
  });

  test("of a page from before an update is answered in words, with what was typed: 409", async () => {
    const { html } = await server.browser().get("/sign-in");
    const [, field = "", value = ""] = /name="(\$ACTION_\d+:0)" value="([^"]*)"/.exec(html) ?? [];
    const form = new FormData();
    form.set(field.replace(":0", "").replace("$ACTION_", "$ACTION_REF_"), "");
    form.set(field, value.replaceAll("&quot;", '"').replace(/"id":"(..)......../, '"id":"$100000000'));
    form.set(field.replace(":0", ":1"), '[{"status":"idle"}]');
    form.set("login", "<i>ada</i>");
    form.set("password", "Nine-Amber-Kites-27");
    const headers = { origin: server.url, accept: "text/html", "x-forwarded-for": freshAddress() };
    const answer = await fetch(`${server.url}/sign-in`, { method: "POST", body: form, headers });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([409, "text/html; charset=utf-8"]);
    const page = await answer.text();
    expect(page).toContain("The portal was updated");
    expect(page).toContain("<dt>Login</dt><dd>&lt;i&gt;ada&lt;/i&gt;</dd>");
    expect(page).not.toContain("Nine-Amber-Kites-27");
  });
});

describe("behind a proxy that speaks TLS", () => {
  /** Sends a form of a page as its script does, whose answer brings along the page that it leads to. */
  async function sendByScript(url: string, from: string, fields: Record<string, string>) {
    const html = await (await fetch(`${url}/sign-in`)).text();
    const [, action = ""] = /name="\$ACTION_\d+:0" value="{&quot;id&quot;:&quot;(\w+)/.exec(html) ?? [];
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(`_1_${name}`, value);
    body.set("0", '[{"status":"idle"},"$K1"]');
    const proxied = { "x-forwarded-for": from, "x-forwarded-proto": "https", "x-forwarded-host": "elsewhere.example" };
    const headers = { ...proxied, origin: url, accept: "text/x-component", "next-action": action };
    return fetch(`${url}/sign-in`, { method: "POST", body, headers });
  }

  test("the page after signing in comes along, for which Next asks this server by itself", async () => {
    const from = freshAddress();
    const { email, password } = server.administrator;
    const answer = await sendByScript(server.url, from, { login: email, password, $return_to: "/sessions" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/x-component"]);
    expect(answer.headers.get("x-action-redirect")).toMatch(/^\/sessions;/);
    expect(await answer.text()).toContain(from);
  });
});

describe("signing out", () => {
  const { email, password } = server.administrator;

  test("alone makes the browser forget what it kept", async () => {
    const browser = server.browser();
    expect((await browser.get("/sign-in?signed-out")).headers.get("clear-site-data")).toBeNull();
    await browser.signIn(email, password);
    const out = await browser.submit("/profile", {}, { holding: "Sign out" });
    expect([out.status, out.location]).toEqual([303, "/sign-in?signed-out"]);
    expect(out.headers.get("clear-site-data")).toBe('"storage"');
    expect((await browser.get("/sign-in?signed-out")).headers.get("clear-site-data")).toBeNull();
  });
});
