import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import * as usage from "#lib/tokens/usage/record.ts";
import { type Cast, openStage, sql, tokenRow } from "#tests/cast.ts";
import { aimsToken, bearer, type Headers, sessionOf, tokenOf } from "#tests/credentials.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let headers: Headers;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  headers = bearer(await sessionOf(cast.ben));
});

const get = (path: string, more: Headers = {}) => api.request(`/api/v1${path}`, { headers: { ...headers, ...more } });

describe("a query", () => {
  const queries: [query: string, status: number, code: string | undefined, pointer?: string][] = [
    ["?limit=1", 200, undefined],
    ["?limit=1&limit=2", 400, "malformed_request"],
    ["?limit=1&%6cimit=2", 400, "malformed_request"],
    ["?limit[]=1", 422, "invalid_fields", "/limit[]"],
    ["?limit=0", 422, "invalid_fields", "/limit"],
    ["?limit=101", 422, "invalid_fields", "/limit"],
    ["?limit=-1", 422, "invalid_fields", "/limit"],
    ["?limit=1.5", 422, "invalid_fields", "/limit"],
    ["?limit=ten", 422, "invalid_fields", "/limit"],
    ["?sort=secretHash", 422, "invalid_fields", "/sort"],
    ["?sort=name;drop table tokens", 422, "invalid_fields", "/sort"],
    ["?status=live", 422, "invalid_fields", "/status"],
    ["?userId=1", 422, "invalid_fields", "/userId"],
    ["?unknown", 422, "invalid_fields", "/unknown"],
    ["?__proto__=1", 422, "invalid_fields", "/__proto__"],
    ["?constructor=1", 422, "invalid_fields", "/constructor"],
    ["?access_token=lk_pat_x", 422, "invalid_fields", "/access_token"],
    ["?search=%00", 422, "invalid_fields", "/search"],
    ["?search=%ff", 200, undefined],
    [`?search=${"x".repeat(101)}`, 422, "invalid_fields", "/search"],
    ["?search=%25_%5c%27", 200, undefined],
    [`?cursor=${"x".repeat(1001)}`, 422, "invalid_fields", "/cursor"],
    ["?cursor=made-up", 422, "invalid_fields", "/cursor"],
    ["?cursor=a.b", 422, "invalid_fields", "/cursor"],
  ];

  test.each(queries)("%s", async (query, status, code, pointer) => {
    const answer = await get(`/me/tokens${query.replaceAll(" ", "%20")}`);
    expect([answer.status, code && answer.field("code")]).toEqual([status, code]);
    if (pointer) expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ pointer })] });
  });

  test("has no place where there is a body", async () => {
    const answer = await api.request("/api/v1/me?fullName=Eve", { method: "PATCH", ...json({}, headers) });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/fullName" }] }]);
  });

  test("never stands in for a part of the path, nor does the body", async () => {
    const [mine, other] = [await tokenRow(cast.ben), await tokenRow(cast.ben)];
    const asked = await get(`/me/tokens/${mine}?id=${other}`);
    expect([asked.status, asked.field("code")]).toEqual([422, "invalid_fields"]);
    const body = json({ id: other, name: "swapped" }, headers);
    const changed = await api.request(`/api/v1/me/tokens/${mine}`, { method: "PATCH", ...body });
    expect([changed.status, changed.field("code")]).toEqual([422, "invalid_fields"]);
  });
});

describe("a path", () => {
  const paths: [path: string, status: number][] = [
    ["/me/tokens/%00", 422],
    ["/me/tokens/%ff", 422],
    ["/me/tokens/%", 422],
    ["/me/tokens/%2e%2e", 400],
    ["/me/tokens/..%2f..%2fverify", 422],
    ["/me/tokens/1' or '1'='1".replaceAll(" ", "%20"), 422],
    [`/me/tokens/${"9".repeat(8000)}`, 422],
    ["/me/tokens/00000000-0000-4000-8000-000000000000", 404],
    ["/ME", 404],
    ["/me;x=1", 404],
    ["/", 404],
    ["/../../etc/passwd", 400],
    ["/%2e%2e/setup", 400],
    ["/constructor", 404],
    ["/me/tokens/verify/../../me", 400],
  ];

  test.each(paths)("%s", async (path, status) => {
    const answer = await get(path);
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      status,
      "application/problem+json; charset=utf-8",
    ]);
  });
});

describe("a method", () => {
  const methods: [method: string, path: string, allow: string][] = [
    ["PUT", "/me", "GET, HEAD, PATCH"],
    ["DELETE", "/me", "GET, HEAD, PATCH"],
    ["OPTIONS", "/me", "GET, HEAD, PATCH"],
    ["TRACE", "/me", "GET, HEAD, PATCH"],
    ["PROPFIND", "/me", "GET, HEAD, PATCH"],
    ["GET", "/sessions/current", "DELETE"],
    ["POST", "/me/tokens/00000000-0000-4000-8000-000000000000", "GET, HEAD, PATCH, DELETE"],
    ["POST", "/openapi.json", "GET, HEAD"],
  ];

  test.each(methods)("%s %s is refused with what there is", async (method, path, allow) => {
    const answer = await api.request(`/api/v1${path}`, { method, headers });
    const told = String(answer.headers.allow).split(", ").sort();
    expect([answer.status, answer.field("code"), told]).toEqual([405, "method_not_allowed", allow.split(", ").sort()]);
  });

  test("may be overridden by no header, no parameter", async () => {
    const answer = await get("/me", { "x-http-method-override": "PATCH", "x-method-override": "DELETE" });
    expect([answer.status, answer.field("username")]).toEqual([200, "ben"]);
  });

  test("HEAD says what GET would, without the body", async () => {
    const [head, got] = [await api.request("/api/v1/me", { method: "HEAD", headers }), await get("/me")];
    expect([head.status, head.text]).toEqual([200, ""]);
    const varying = ["date", "x-request-id", "content-length", "transfer-encoding"];
    const steady = (all: object) => Object.entries(all).filter(([name]) => !varying.includes(name));
    expect(steady(head.headers)).toEqual(steady(got.headers));
  });
});

describe("a slash at the end", () => {
  test("is passed over, also where a body is sent", async () => {
    const made = await api.request("/api/v1/me/tokens/", {
      method: "POST",
      ...json({ name: "slash", scopes: ["profile:read"] }, headers),
    });
    expect([made.status, (await get("/me/")).field("username")]).toEqual([201, "ben"]);
    expect((await get(`/me/tokens/${made.field("id")}/`)).field("name")).toBe("slash");
    expect((await get("/me/tokens/?limit=1")).body).toMatchObject({ items: [{}] });
    const refused = await api.request("/api/v1/me/", { method: "PUT", headers });
    expect([refused.status, String(refused.headers.allow)]).toEqual([405, "GET, HEAD, PATCH"]);
    expect((await get("/nowhere/")).status).toBe(404);
  });

  test("never makes a program whose id was empty change all things of a kind", async () => {
    const other = bearer(await sessionOf(cast.ben));
    const ids = await sql("select id from sessions where user_id = $1", cast.ben.id);
    for (const path of ["/me/sessions/", "/me/sessions/?x=/", `/users/${cast.ben.id}/sessions/`]) {
      const answer = await api.request(`/api/v1${path}`, { method: "DELETE", headers: other });
      expect([path, answer.status, answer.field("code")]).toEqual([path, 404, "not_found"]);
    }
    expect(await sql("select id from sessions where user_id = $1", cast.ben.id)).toEqual(ids);
  });
});

test("every answer to a token says when it ends and what its scopes are, refusals too", async () => {
  const { secret, expiresAt } = await tokenOf(cast.ben, ["profile:read", "Tasks"]);
  const told = { "x-token-expires": expiresAt, "x-token-scopes": "profile:read Tasks" };
  for (const path of ["/me", "/tokens/verify", "/scopes", "/me/tokens"])
    expect((await get(path, bearer(secret))).headers).toMatchObject(told);
});

test("a spent budget is told in the structured fields of its headers, and when to come back", async () => {
  const answer = await api.request("/api/v1/me/tokens", {
    method: "POST",
    ...json({ name: "counted", scopes: ["profile:read"] }, headers),
  });
  expect(answer.headers["ratelimit-policy"]).toMatch(/^"token_create";q=\d+;w=3600$/);
  expect(answer.headers.ratelimit).toMatch(/^"token_create";r=\d+;t=\d+$/);
});

describe("If-Match", () => {
  // What is as it was to be already gets no new version: each is another name.
  const rename = (version: string) =>
    api.request("/api/v1/me", {
      method: "PATCH",
      ...json({ fullName: `Ben ${randomUUID()}` }, { ...headers, "if-match": version }),
    });

  test("with the version that was read changes it; the same again is stale", async () => {
    const { etag } = (await get("/me")).headers;
    const [first, second] = [await rename(String(etag)), await rename(String(etag))];
    expect([first.status, second.status, second.field("code")]).toEqual([200, 412, "version_conflict"]);
  });

  test.each(['"999999"', '"x"', 'W/"1"', "1", '"1", "2"', ""])("%s is stale, and changes nothing", async (version) => {
    const [before] = await sql("select version from users where id = $1", cast.ben.id);
    expect((await rename(version)).status).toBe(412);
    expect(await sql("select version from users where id = $1", cast.ben.id)).toEqual([before]);
  });

  test("of two at once with one version one is stale", async () => {
    const etag = String((await get("/me")).headers.etag);
    const answers = await Promise.all([rename(etag), rename(etag), rename(etag)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });
});

/**
 * What the database is asked on all connections while a request is answered; last uses are written later, for all at
 * once.
 */
async function statementsOf(path: string, headers: Headers): Promise<string[]> {
  const noting = vi.spyOn(usage, "noteTokenUse").mockReturnValue();
  onTestFinished(() => noting.mockRestore());
  await usage.writeUsage();
  const query = vi.spyOn(pg.Client.prototype, "query");
  onTestFinished(() => query.mockRestore());
  expect((await api.request(path, { headers })).status).toBe(200);
  return query.mock.calls.map(([asked]) => (typeof asked === "string" ? asked : (asked as { text: string }).text));
}

describe("who asks and whether they may", () => {
  test("takes the one statement that finds the credential, and verifying no other", async () => {
    const statements = await statementsOf("/api/v1/tokens/verify", bearer((await tokenOf(cast.ben, ["Tasks"])).secret));
    expect(statements).toEqual([expect.stringContaining("from tokens")]);
  });

  test("takes one statement over the AIMS API too, beside what it tells of its owner", async () => {
    const [first, ...others] = await statementsOf("/aims/v1/token_info", await aimsToken(cast.ben));
    expect(first).toContain("from sessions");
    expect(others).toEqual(["users", "accounts", "roles"].map((told) => expect.stringContaining(`from "${told}"`)));
  });
});
