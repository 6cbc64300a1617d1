import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sharedServer } from "./server.ts";

const server = sharedServer();

const files = [
  ["/favicon.ico", "image/x-icon"],
  ["/icon.svg", "image/svg+xml"],
  ["/apple-touch-icon.png", "image/png"],
  ["/site.webmanifest", "application/manifest+json"],
  ["/robots.txt", "text/plain"],
  ["/openapi.json", "application/json"],
] as const;

test.each(files)("%s is served as it stands in public/, and may load nothing", async (path, type) => {
  const answer = await fetch(server.url + path);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, expect.stringContaining(type)]);
  expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(`public${path}`))).toBe(true);
});

test("a page names the icons and the manifest, under the policy of pages", async () => {
  const { headers, html } = await fetch(`${server.url}/sign-in`).then(async (page) => ({
    headers: page.headers,
    html: await page.text(),
  }));
  for (const path of ["/favicon.ico", "/icon.svg", "/apple-touch-icon.png", "/site.webmanifest"])
    expect(html).toContain(`href="${path}"`);
  expect(headers.get("content-security-policy")).toMatch(/default-src 'self'; script-src 'self' 'nonce-/);
});
