import { beforeAll, expect, test } from "vitest";
import { closePools, openPools } from "#db/client.ts";
import { openPortal } from "#tests/cast.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;
let url: string;

beforeAll(async () => {
  url = await openPortal();
  api = await openTestApi();
});

const probe = async (name: string) => {
  const { status, text } = await api.request(`/healthz/${name}`);
  return [status, text];
};

test("a portal with its database is alive and ready", async () => {
  expect([await probe("live"), await probe("ready")]).toEqual([
    [200, "alive\n"],
    [200, "ready\n"],
  ]);
});

test("without its database it is alive and not ready, says no more, and comes back by itself", async () => {
  await closePools();
  openPools({ url: "postgres://nobody@127.0.0.1:1/none" });
  expect([await probe("live"), await probe("ready")]).toEqual([
    [200, "alive\n"],
    [503, "not ready\n"],
  ]);
  const asked = await api.request("/api/v1/me", { headers: { authorization: `Bearer ${"x"}` } });
  expect(asked.status).toBe(401);
  const scopes = await api.request("/api/v1/setup");
  expect([scopes.status, scopes.field("code"), Number(scopes.headers["retry-after"]) > 0]).toEqual([
    503,
    "unavailable",
    true,
  ]);
  await closePools();
  openPools({ url });
  expect(await probe("ready")).toEqual([200, "ready\n"]);
});

test.each([
  ["/healthz/live", 200],
  ["/healthz/ready", 200],
  ["/healthz/other", 404],
])("%s answers %i under the headers of every answer", async (path, status) => {
  const { headers, ...answer } = await api.request(path);
  expect(answer.status).toBe(status);
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["cache-control"]).toContain("no-store");
});
