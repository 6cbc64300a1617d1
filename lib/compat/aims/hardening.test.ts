import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { parseJson } from "#lib/http/json.ts";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { ask, sent, tokenOf, withToken } from "#tests/aims/client.ts";
import { type Stage, theStage } from "#tests/aims/stage.ts";
import { account, type Person, person, sql } from "#tests/cast.ts";
import type { Headers } from "#tests/credentials.ts";
import { authenticatorOf, challengeOf } from "#tests/factors.ts";
import { by } from "#tests/rights.ts";
import { json } from "#tests/test-api.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await theStage();
});

test("of who has proven nothing, 64 kB of a body are read", async () => {
  const body = JSON.stringify({ padding: "x".repeat(64 * 1024) });
  const open = [
    ["POST", "/aims/v1/authenticate"],
    ["POST", "/aims/v1/reset_password"],
    ["PUT", "/aims/v1/reset_password/x"],
    ["POST", "/aims/v1/change_password"],
    ["POST", "/aims/v1/user/mfa/enroll"],
    ["POST", `/endpoints/v1/${stage.here}/residency/default/endpoints`],
  ];
  for (const [method = "", path = ""] of open)
    expect([path, (await stage.api.request(path, { method, body })).status]).toEqual([path, 413]);
});

test("a body in very many parts is refused before anything is built of it", () => {
  const parts = Buffer.from(`{"a":[${'"",'.repeat(340_000)}""]}`);
  const building = vi.spyOn(JSON, "parse");
  onTestFinished(() => building.mockRestore());
  expect(() => parseJson(parts)).toThrow("more than 50000 parts");
  expect(building).not.toHaveBeenCalled();
});

describe("an access key, for which nobody proves who they are", () => {
  let who: Person;
  let headers: Headers;

  beforeAll(async () => {
    who = await person(stage.here, ["Administrator"]);
    const key = await by(stage.ada, createAccessKey, { userId: who.id });
    headers = withToken(await tokenOf(stage.api, { username: key.id, password: key.secretKey }));
    await authenticatorOf(who);
  });

  const aims = (method: string, path: string, body?: object) =>
    ask(stage.api, method, path, body ? sent(body, headers) : { headers });
  const rest = (method: string, path: string, body: object = {}) =>
    stage.api.request(`/api/v1${path}`, { method, ...json(body, headers) });

  test("does not remove its person's second factor", async () => {
    const answer = await aims("DELETE", `/user/mfa/${who.username}`);
    expect([answer.status, answer.text]).toEqual([403, ""]);
    expect(await sql("select count(*)::int from authenticators where user_id = $1", who.id)).toEqual([{ count: 1 }]);
  });

  test("does not move its person's address, and changes what else it may", async () => {
    const own = `/${stage.here}/users/${who.id}`;
    expect((await aims("POST", own, { email: "elsewhere@example.org" })).body).toMatchObject({ email: who.email });
    expect((await aims("POST", own, { email: who.email, phone: "+15551234567" })).status).toBe(200);
    const other = await person(stage.here, []);
    expect((await aims("POST", `/${stage.here}/users/${other.id}`, { email: `x-${other.email}` })).status).toBe(200);
  });

  test("does not change at /api/v1 what is its person's own", async () => {
    for (const [method, path, body] of [
      ["POST", "/me/email/confirm", { link: "lk_lnk_x" }],
      ["POST", "/me/email/resend", {}],
      ["PUT", "/me/password", { currentPassword: who.password, newPassword: "Quite-Another-77x" }],
      ["POST", "/me/tokens", { name: "mine", scopes: ["read-only"] }],
    ] as const)
      expect([path, (await rest(method, path, body)).field("code")]).toEqual([path, "step_up_required"]);
    expect((await stage.api.request("/api/v1/me", { headers })).status).toBe(200);
    expect((await rest("DELETE", "/sessions/current")).status).toBe(204);
  });
});

test("a token of AIMS changes what is its person's own at /api/v1 while their proof is fresh, and no longer", async () => {
  const who = await person(stage.here, []);
  const headers = withToken(await tokenOf(stage.api, who));
  const confirm = () =>
    stage.api.request("/api/v1/me/email/confirm", { method: "POST", ...json({ link: "lk_lnk_x" }, headers) });
  expect((await confirm()).field("code")).toBe("link_expired");
  await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
  expect((await confirm()).field("code")).toBe("step_up_required");
});

describe("enrolling with a challenge", () => {
  test("takes one that waits for that, not one that waits for a new password", async () => {
    const who = await person(await account("New words"), []);
    await sql("update users set password_once = true where id = $1", who.id);
    const challenge = await challengeOf(who, "new-password");
    const body = { mfa_uri: "x", mfa_codes: [] };
    const answer = await ask(stage.api, "POST", "/user/mfa/enroll", sent(body, { "x-aims-session-token": challenge }));
    expect(answer.body).toEqual({ error: "invalid_session_token" });
  });

  test("a password that has grown too old is password_expired", async () => {
    const grown = await account("Old words");
    const who = await person(grown, []);
    await sql("update accounts set password_max_age_days = 1 where id = $1", grown);
    await sql("update users set password_changed_at = now() - interval '2 days' where id = $1", who.id);
    const body = { email: who.email, password: who.password, mfa_uri: "x", mfa_codes: [] };
    const answer = await ask(stage.api, "POST", "/user/mfa/enroll", sent(body));
    expect(answer.body).toEqual({ error: "password_expired" });
  });
});
