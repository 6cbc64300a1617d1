import { beforeAll, describe, expect, test } from "vitest";
import { readCatalogue } from "#lib/access/scopes/catalogue.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { authenticatorOf, recoveryCodesOf } from "#tests/factors.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage();
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
const ask = (method: string, path: string, session: string, input?: object) =>
  api.request(`/api/v1${path}`, { method, ...(input ? json(input, bearer(session)) : { headers: bearer(session) }) });
const told = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

const makeToken = (session: string) =>
  ask("POST", "/me/tokens", session, { name: crypto.randomUUID(), scopes: ["profile:read"] });
const prove = (session: string, proof: object) => ask("POST", "/sessions/current/step-up", session, proof);
const goStale = ({ id }: Person) => sql("update sessions set fresh_until = now() where user_id = $1", id);

describe("a sensitive act", () => {
  test("goes on for a quarter of an hour after signing in; then it asks for what the person has", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    expect((await makeToken(session)).status).toBe(201);
    await goStale(who);
    const refused = await makeToken(session);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { code: "step_up_required", methods: ["password"], maxAge: 900 },
    ]);
    const proven = await prove(session, { password: who.password });
    expect([proven.status, (await makeToken(proven.field("token"))).status]).toEqual([201, 201]);
  });

  test("moves the end on with each use, up to an hour from the proof", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const left = async () => {
      const [row] = await sql<{ minutes: number }>(
        "select round(extract(epoch from fresh_until - now()) / 60)::int as minutes from sessions where user_id = $1",
        who.id,
      );
      return row?.minutes;
    };
    await sql("update sessions set fresh_until = now() + interval '2 minutes' where user_id = $1", who.id);
    await makeToken(session);
    expect(await left()).toBe(15);
    await sql("update sessions set proven_at = now() - interval '55 minutes' where user_id = $1", who.id);
    await makeToken(session);
    expect(await left()).toBe(5);
  });

  test("ends when one says so", async () => {
    const session = await sessionOf(await someone());
    expect((await ask("DELETE", "/sessions/current/step-up", session)).status).toBe(204);
    expect(told(await makeToken(session))).toEqual([403, "step_up_required"]);
    const state = await ask("GET", "/sessions/current/step-up", session);
    expect(state.body).toEqual({ freshUntil: null, methods: ["password"] });
  });
});

describe("the proof", () => {
  test("is the strongest that the person has: with a second factor the password alone is none", async () => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    const codes = await recoveryCodesOf(who);
    const session = await sessionOf(who);
    const refused = await makeToken(session);
    expect([refused.status, refused.body]).toMatchObject([403, { methods: ["totp", "recovery"] }]);
    expect(told(await prove(session, { password: who.password }))).toEqual([403, "step_up_required"]);
    const proven = await prove(session, { code: await code() });
    expect((await makeToken(proven.field("token"))).status).toBe(201);
    await goStale(who);
    const recovered = await prove(proven.field("token"), { recoveryCode: codes[0] });
    expect((await makeToken(recovered.field("token"))).status).toBe(201);
  });

  test("gives the session a new secret, and the old one is dead at once", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const proven = await prove(session, { password: who.password });
    expect(told(await makeToken(session))).toEqual([401, "session_ended"]);
    const [row] = await sql("select count(*)::int as n from sessions where user_id = $1", who.id);
    expect([row, (await makeToken(proven.field("token"))).status]).toEqual([{ n: 1 }, 201]);
  });

  test("that is wrong unlocks nothing, is on record, and is counted with the guesses at sign-in", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await goStale(who);
    for (let n = 0; n < 10; n++) {
      expect((await prove(session, { password: "Not-the-Password-1" })).status).toBe(422);
      await letPausesPass();
    }
    expect((await prove(session, { password: who.password })).status).toBe(429);
    expect((await api.request("/api/v1/sessions", { method: "POST", ...json(nameAndPassword(who)) })).status).toBe(429);
    expect(told(await makeToken(session))).toEqual([403, "step_up_required"]);
    const failures = "select count(*)::int as n from audit_entries where actor_id = $1 and code = 'wrong_password'";
    expect(await sql(failures, who.id)).toEqual([{ n: 10 }]);
  });

  const nameAndPassword = ({ username, password }: Person) => ({ username, password });

  test.each([{}, { password: "x", code: "123456" }])("is exactly one: %j is not", async (proof) => {
    expect((await prove(await sessionOf(await someone()), proof)).status).toBe(422);
  });
});

describe("what asks for step-up only in part", () => {
  test("a phone number does, a name does not", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await goStale(who);
    expect((await ask("PATCH", "/me", session, { fullName: "New Name" })).status).toBe(200);
    const refused = await ask("PATCH", "/me", session, { fullName: "Other", phone: "+44 20 7946 0000" });
    expect(told(refused)).toEqual([403, "step_up_required"]);
    const [row] = await sql("select full_name, phone from users where id = $1", who.id);
    expect(row).toEqual({ full_name: "New Name", phone: null });
  });

  test("the own password does for who has a second factor", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const input = { currentPassword: who.password, newPassword: "Copper-Lantern-83" };
    await authenticatorOf(who);
    expect(told(await ask("PUT", "/me/password", session, input))).toEqual([403, "step_up_required"]);
  });
});

describe("a token", () => {
  test("never steps up", async () => {
    const { secret } = await tokenOf(await someone(), ["APIKey"]);
    expect(told(await prove(secret, { password: "whatever" }))).toEqual([403, "session_required"]);
  });

  test("reaches what is sensitive only by a scope that names it, not by a wildcard", async () => {
    const who = await someone();
    const { secret } = await tokenOf(who, ["APIKey", "profile:read"]);
    expect((await makeToken(secret)).status).toBe(201);
    const catalogue = readCatalogue(undefined);
    const scope = catalogue.find(({ name }) => name === "APIKey");
    const named = scope?.permissions ?? [];
    if (scope) scope.permissions = ["portal:own:*:token"];
    const wide = await tokenOf(who, ["read-only"]);
    await sql("update tokens set scopes = '{profile:read,APIKey}' where id = $1", wide.id);
    const refused = await makeToken(wide.secret);
    if (scope) scope.permissions = named;
    expect(told(refused)).toEqual([403, "insufficient_scope"]);
  });
});
