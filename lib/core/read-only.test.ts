import { beforeAll, expect, test } from "vitest";
import { env } from "#lib/env.ts";
import { type Cast, openStage } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ READ_ONLY: "on" });
  api = await openTestApi();
});

test("while READ_ONLY is on, a change is refused with 503 and nothing is written", async () => {
  const headers = bearer(await sessionOf(cast.ben));
  const change = await api.request("/api/v1/me", { method: "PATCH", ...json({ fullName: "Other" }, headers) });
  expect([change.status, change.field("code")]).toEqual([503, "writes_disabled"]);
  const own = await api.request("/api/v1/me", { headers });
  expect([own.status, own.field("fullName")]).toEqual([200, cast.ben.fullName]);
});

test("who may not change it anyway is told that, not that it cannot be changed", async () => {
  expect((await api.request("/api/v1/me", { method: "PATCH", ...json({ fullName: "Other" }) })).status).toBe(401);
});

test("signing in and out goes on", async () => {
  const { username, password } = cast.ben;
  const session = await api.request("/api/v1/sessions", { method: "POST", ...json({ username, password }) });
  expect(session.status).toBe(201);
  const headers = bearer(session.field("token"));
  expect((await api.request("/api/v1/sessions/current", { method: "DELETE", headers })).status).toBe(204);
  expect(env().READ_ONLY).toBe("on");
});
