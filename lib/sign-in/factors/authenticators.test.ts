import { beforeAll, describe, expect, test } from "vitest";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { authenticatorOf, challengeOf, codeOf, recoveryCodesOf, requireMfa } from "#tests/factors.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
let places = 0;
const somewhere = () => `203.0.${Math.floor(++places / 250)}.${places % 250}`;
const send = (method: string, path: string, input: object, session?: string, from = somewhere(), at = api) =>
  at.request(`/api/v1${path}`, {
    method,
    ...json(input, { ...(session ? bearer(session) : {}), ...(from && { "x-forwarded-for": from }) }),
  });
const post = (path: string, input: object, session?: string, from?: string, at?: TestApi) =>
  send("POST", path, input, session, from, at);
const remove = (path: string, session: string) =>
  api.request(`/api/v1${path}`, { method: "DELETE", headers: bearer(session) });
const told = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

/** A session of somebody who has proven the second factor they have. */
async function strongSessionOf(who: Person): Promise<string> {
  const session = await sessionOf(who);
  await sql("update sessions set strong = true where user_id = $1", who.id);
  return session;
}

describe("an authenticator", () => {
  test("works once a code of it was typed; with the first one come ten recovery codes", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const draft = await post("/me/authenticators", { name: "phone" }, session);
    expect(draft.field("uri")).toMatch(/^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
    const path = `/me/authenticators/${draft.field("id")}/confirm`;
    const wrong = await post(
      path,
      { code: "000000" === (await codeOf(draft.field("secret"))) ? "1" : "000000" },
      session,
    );
    expect(wrong.status).toBe(422);
    const done = await post(path, { code: await codeOf(draft.field("secret")) }, session);
    expect([done.status, done.body]).toMatchObject([201, { recoveryCodes: expect.any(Array) }]);
    const { recoveryCodes } = done.body as { recoveryCodes: string[] };
    expect([new Set(recoveryCodes).size, recoveryCodes[0]]).toEqual([10, expect.stringMatching(/^(\w{4}-){3}\w{4}$/)]);
    const factors = await api.request("/api/v1/me/factors", { headers: bearer(done.field("token")) });
    expect(factors.body).toMatchObject({ mfa: "on", authenticators: [{ name: "phone" }], passkeys: [] });
  });

  test("is not for who signs in elsewhere, without a password here", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await sql("update users set password_hash = null where id = $1", who.id);
    expect(told(await post("/me/authenticators", {}, session))).toEqual([409, "conflict"]);
  });

  test("ends other sessions, and gives its own a new secret", async () => {
    const who = await someone();
    const [session, other] = [await sessionOf(who), await sessionOf(who)];
    const { id, code } = await authenticatorOf(who, { confirmed: false });
    const done = await post(`/me/authenticators/${id}/confirm`, { code: await code() }, session);
    const status = async (token: string) => (await api.request("/api/v1/me", { headers: bearer(token) })).status;
    expect([await status(session), await status(other), await status(done.field("token"))]).toEqual([401, 401, 200]);
  });

  test("is kept sealed: neither the table nor the log of changes holds its key", async () => {
    const who = await someone();
    const { secret } = await authenticatorOf(who);
    const [row] = await sql<{ secret: Buffer }>("select secret from authenticators where user_id = $1", who.id);
    expect(row?.secret.toString("latin1")).not.toContain(secret);
  });

  test("sealed for one person opens for no other", async () => {
    const [ben, eve] = [await someone(), await someone()];
    const { secret } = await authenticatorOf(ben);
    await authenticatorOf(eve);
    await sql(
      "update authenticators set secret = (select secret from authenticators where user_id = $2) where user_id = $1",
      eve.id,
      ben.id,
    );
    const answer = await post("/sign-in/second-factor", {
      challenge: await challengeOf(eve, "code"),
      code: await codeOf(secret),
    });
    expect(told(answer)).toEqual([500, "internal_error"]);
  });

  test("takes the place of another, which goes once the new one works", async () => {
    const who = await someone();
    const old = await authenticatorOf(who, { name: "old" });
    const young = await authenticatorOf(who, { name: "young", confirmed: false });
    const session = await strongSessionOf(who);
    await post(`/me/authenticators/${young.id}/confirm`, { code: await young.code(), replaces: old.id }, session);
    expect(await sql("select name from authenticators where user_id = $1", who.id)).toEqual([{ name: "young" }]);
  });

  test("the last one goes with the recovery codes, but not where the account requires one", async () => {
    const who = await someone();
    const { id } = await authenticatorOf(who);
    await recoveryCodesOf(who);
    const session = await strongSessionOf(who);
    await requireMfa(who);
    expect(told(await remove(`/me/authenticators/${id}`, session))).toEqual([409, "second_factor_demanded"]);
    expect(told(await remove("/me/factors", session))).toEqual([409, "second_factor_demanded"]);
    await sql("update accounts set mfa_required = false where id = $1", who.accountId);
    expect((await remove(`/me/authenticators/${id}`, session)).status).toBe(204);
    expect(await sql("select 1 from recovery_codes where user_id = $1", who.id)).toEqual([]);
  });

  test("of two removed at once, where the account requires one, one stays", async () => {
    const who = await someone();
    const [one, two] = [await authenticatorOf(who), await authenticatorOf(who)];
    const session = await strongSessionOf(who);
    await requireMfa(who);
    const answers = await Promise.all([one, two].map(({ id }) => remove(`/me/authenticators/${id}`, session)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test("everything is replaced in one go where a factor is required", async () => {
    const who = await someone();
    await authenticatorOf(who);
    await recoveryCodesOf(who);
    await requireMfa(who);
    const young = await authenticatorOf(who, { confirmed: false, name: "young" });
    const input = { code: await young.code(), replacesAll: true };
    const done = await post(`/me/authenticators/${young.id}/confirm`, input, await strongSessionOf(who));
    expect((done.body as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
    expect(await sql("select name from authenticators where user_id = $1", who.id)).toEqual([{ name: "young" }]);
  });
});
