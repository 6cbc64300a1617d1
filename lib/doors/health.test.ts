import { beforeAll, expect, test } from "vitest";
import { openPortal } from "#lib/testing/cast.ts";
import { type Door, openDoor } from "#lib/testing/door.ts";

let door: Door;

beforeAll(async () => {
  await openPortal();
  door = await openDoor();
});

test.each([
  ["/healthz/live", 200],
  ["/healthz/ready", 200],
  ["/healthz/other", 404],
])("%s answers %i under the headers of every answer", async (path, status) => {
  const { headers, ...answer } = await door.request(path);
  expect(answer.status).toBe(status);
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["cache-control"]).toContain("no-store");
});
