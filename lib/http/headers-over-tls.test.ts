import { beforeAll, expect, test } from "vitest";
import { openStage } from "#tests/cast.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { cookieName } from "./auth.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ APP_URL: "https://portal.example" });
  api = await openTestApi();
});

test.each(["/api/v1/scopes", "/api/v1/me", "/api/v1/nowhere", "/healthz/live", "/tokens", "/_next/static/x.js"])(
  "%s asks for TLS for a year, subdomains too",
  async (path) => {
    const { headers } = await api.request(path);
    expect(headers["strict-transport-security"]).toBe("max-age=31536000; includeSubDomains");
  },
);

test("pages have what they load fetched over TLS", async () => {
  const { headers } = await api.request("/tokens");
  expect(headers["content-security-policy"]).toContain("upgrade-insecure-requests");
});

test("the cookie is bound to this host", () => expect(cookieName()).toBe("__Host-latchkey"));
