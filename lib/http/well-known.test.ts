import { readdirSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { configure } from "#tests/settings.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { isPublicFile } from "./public-files.ts";

let api: TestApi;

const APP_URL = "https://portal.example";

beforeAll(async () => {
  configure({ SECURITY_CONTACT: "mailto:security@example.com", APP_URL });
  api = await openTestApi();
});

test("security.txt names the contact, where it stands, and an end within a year", async () => {
  const { status, headers, text } = await api.request("/.well-known/security.txt");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
  expect(text).toMatch(/^Contact: mailto:security@example\.com$/m);
  expect(text).toMatch(/^Canonical: https:\/\/portal\.example\/\.well-known\/security\.txt$/m);
  const [, expires = ""] = /^Expires: (\d{4}-\d\d-\d\dT\S+Z)$/m.exec(text) ?? [];
  const days = (Date.parse(expires) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
});

test("security.txt is not found where nobody is named for it", async () => {
  configure({ APP_URL });
  const { status } = await api.request("/.well-known/security.txt");
  configure({ SECURITY_CONTACT: "mailto:security@example.com", APP_URL });
  expect(status).toBe(404);
});

test("change-password leads to the password page", async () => {
  const { status, headers } = await api.request("/.well-known/change-password");
  expect([302, 307]).toContain(status);
  expect(headers.location).toBe("https://portal.example/password");
});

test("passkey-endpoints names the page where passkeys are added and managed", async () => {
  const { status, headers, body } = await api.request("/.well-known/passkey-endpoints");
  expect([status, headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  expect(body).toEqual({
    enroll: "https://portal.example/passkeys",
    manage: "https://portal.example/passkeys",
  });
});

test("an address that nothing is known by is not found, as password managers check", async () => {
  const unknown = ["resource-that-should-not-exist-whose-status-code-should-not-be-200", "", "security.txt/"];
  for (const name of unknown) expect((await api.request(`/.well-known/${name}`)).status, name).toBe(404);
});

test.each(["security.txt", "change-password", "passkey-endpoints", "unknown"])(
  "%s says how it may be used",
  async (name) => {
    const { headers } = await api.request(`/.well-known/${name}?x=1`);
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
  },
);

test("nothing there takes anything", async () => {
  const { status, headers } = await api.request("/.well-known/change-password", { method: "POST", body: "x=1" });
  expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
});

test("each file of public/ is a file, not a page, and opens as no document", async () => {
  const names = readdirSync("public").map((name) => `/${name}`);
  expect(names.filter((name) => !isPublicFile(name))).toEqual([]);
  for (const name of names) {
    const { headers } = await api.request(name);
    expect(headers["content-security-policy"], name).toBe("default-src 'none'; frame-ancestors 'none'");
  }
});

test("a page beside such a file keeps the policy of pages", async () => {
  for (const path of ["/favicon.ico/x", "/tokens?/favicon.ico", "/icon.svgx"]) {
    const { headers } = await api.request(path);
    expect(headers["content-security-policy"], path).toContain("script-src 'self' 'nonce-");
  }
});
