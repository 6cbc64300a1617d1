import { beforeAll, describe, expect, test } from "vitest";
import { account, type Person, person, sql } from "#tests/cast.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import type { Answer } from "#tests/test-api.ts";
import { as, ask, basic, readOnly, sent, tokenOf, withToken } from "../client.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let somebody: Person;

beforeAll(async () => {
  stage = await theStage();
  somebody = await person(await account("Signing in"), ["Administrator"]);
});

const signIn = ({ username, password }: { username: string; password: string }, body?: unknown, headers = {}) =>
  ask(stage.api, "POST", "/authenticate", {
    headers: { ...basic(username, password), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const goOn = (session: string, body: unknown = {}, headers = {}) =>
  ask(stage.api, "POST", "/authenticate", sent(body, { "x-aims-session-token": session, ...headers }));

/** 401, nothing in the body, and no header that says how or how to go on. */
function expectPlain401({ status, text, headers }: Answer) {
  expect([status, text]).toEqual([401, ""]);
  expect(headers).not.toHaveProperty("x-aims-session-token");
  expect(headers).not.toHaveProperty("www-authenticate");
}

const expectKey = (answer: Answer, status: number, error: string) =>
  expect([answer.status, answer.body]).toEqual([status, { error }]);

const authenticationIn = ({ body }: Answer) =>
  (
    body as {
      authentication: Record<"user" | "account", Record<string, unknown>> & { token: string; token_expiration: number };
    }
  ).authentication;

const now = async () => Number((await sql<{ at: string }>("select extract(epoch from now()) as at"))[0]?.at);

describe("AU1", () => {
  test("AU1 success carries user, account, token and an end in the future, and nothing secret", async () => {
    const answer = await signIn(somebody);
    expect(answer.status).toBe(200);
    const { user, account, token, token_expiration } = authenticationIn(answer);
    expect(user).toMatchObject({ id: somebody.id.toUpperCase(), username: somebody.username, email: somebody.email });
    expect(account).toMatchObject({ id: somebody.accountId, name: "Signing in", mfa_required: false });
    expect(token).toMatch(/^lk_aim_/);
    expect(token_expiration).toBeGreaterThan(await now());
    expect(answer.text).not.toMatch(/hash|argon2|secret|seed/i);
  });
});

describe("AU2-AU4 whatever is wrong is one and the same", () => {
  test("AU2 a wrong password", async () => expectPlain401(await signIn({ ...somebody, password: "Wrong-Password-1" })));
  test("AU3 an unknown user", async () =>
    expectPlain401(await signIn({ ...somebody, username: "nobody@example.org" })));
  test("AU3 a name that nobody can have", async () =>
    expectPlain401(await signIn({ ...somebody, username: "x".repeat(300) })));
  test("AU4 a wrong key secret", async () => {
    const { id } = await accessKeyOf(somebody);
    expectPlain401(await signIn({ username: id, password: "0".repeat(64) }));
    expectPlain401(await signIn({ username: "0123456789abcdef", password: "0".repeat(64) }));
  });
  test("AU4 no credentials, and none that can be read", async () => {
    expectPlain401(await ask(stage.api, "POST", "/authenticate"));
    for (const authorization of ["Basic", "Basic !!", "Basic Zm9v", "Bearer abc"])
      expectPlain401(await ask(stage.api, "POST", "/authenticate", { headers: { authorization } }));
  });
});

test("AU5 x-aims-auth-token is ignored: the Basic user is the one signed in", async () => {
  const token = await tokenOf(stage.api, stage.ada);
  const answer = await signIn(somebody, undefined, withToken(token));
  expect(authenticationIn(answer).user.id).toBe(somebody.id.toUpperCase());
  const stale = await signIn(somebody, undefined, withToken("nonsense"));
  expect(stale.status).toBe(200);
});

test("AU6 an access key and its secret sign its user in; the secret begins after the first colon", async () => {
  const { id, secret } = await accessKeyOf(somebody);
  const answer = await signIn({ username: id, password: secret });
  expect(authenticationIn(answer).user.id).toBe(somebody.id.toUpperCase());
  const shouted = await signIn({ username: id.toUpperCase(), password: secret });
  expect(shouted.status).toBe(200);
  const withColon = await person(somebody.accountId, []);
  await sql("update users set password_hash = $2 where id = $1", withColon.id, await hashOf("Violet:Kettle:29"));
  expect((await signIn({ ...withColon, password: "Violet:Kettle:29" })).status).toBe(200);
});

async function hashOf(password: string) {
  const { hashPassword } = await import("#lib/core/crypto/hashing.ts");
  return hashPassword(password);
}

describe("AU7-AU10 a second factor", () => {
  let enrolled: Person;
  let phone: Awaited<ReturnType<typeof authenticatorOf>>;

  beforeAll(async () => {
    enrolled = await person(somebody.accountId, ["Administrator"]);
    phone = await authenticatorOf(enrolled);
  });

  async function sessionToken(): Promise<string> {
    const answer = await signIn(enrolled);
    expectKey(answer, 401, "mfa_code_required");
    return String(answer.headers["x-aims-session-token"]);
  }

  /** The code counts as unused again. */
  const forget = () => sql("update authenticators set last_step = 0 where user_id = $1", enrolled.id);

  test("AU7 the right password without a code: mfa_code_required, and a session token", async () => {
    expect(await sessionToken()).toMatch(/^lk_chl_/);
  });

  test("AU8 the session token and a code sign in, once", async () => {
    await forget();
    const session = await sessionToken();
    expect((await goOn(session, { mfa_code: await phone.code() })).status).toBe(200);
    expectKey(await goOn(session, { mfa_code: await phone.code(1) }), 401, "invalid_session_token");
  });

  test("AU9 Basic and a code sign in", async () => {
    await forget();
    expect((await signIn(enrolled, { mfa_code: await phone.code() })).status).toBe(200);
  });

  test("AU10 a wrong or missing code: 401, empty; a code counts once", async () => {
    await forget();
    const code = await phone.code();
    expect((await signIn(enrolled, { mfa_code: code })).status).toBe(200);
    expectPlain401(await signIn(enrolled, { mfa_code: code }));
    expectPlain401(await signIn(enrolled, { mfa_code: "000000" }));
    expectPlain401(await signIn(enrolled, { mfa_code: "no code" }));
    const session = await sessionToken();
    expectPlain401(await goOn(session));
    expectPlain401(await goOn(session, { mfa_code: "000000" }));
  });

  test("AU12 a session token decides, even next to a valid Basic header", async () => {
    expectKey(
      await goOn("lk_chl_nonsense", {}, basic(somebody.username, somebody.password)),
      401,
      "invalid_session_token",
    );
    await forget();
    const session = await sessionToken();
    const answer = await goOn(session, { mfa_code: await phone.code() }, basic(somebody.username, somebody.password));
    expect(authenticationIn(answer).user.id).toBe(enrolled.id.toUpperCase());
  });

  test("AU13 a session token lives three minutes: good at 2:55, refused at 3:05", async () => {
    await forget();
    const later = (seconds: number) =>
      sql(
        "update challenges set expires_at = expires_at - $2 * interval '1 second' where user_id = $1",
        enrolled.id,
        seconds,
      );
    const [good, late] = [await sessionToken(), await sessionToken()];
    await later(175);
    expect((await goOn(good, { mfa_code: await phone.code() })).status).toBe(200);
    await later(10);
    expectKey(await goOn(late, { mfa_code: await phone.code(1) }), 401, "invalid_session_token");
  });

  test("AU15 access keys need no code", async () => {
    const { id, secret } = await accessKeyOf(enrolled);
    expect((await signIn({ username: id, password: secret })).status).toBe(200);
  });
});

test("AU11 an unknown session token: invalid_session_token", async () => {
  expectKey(await goOn("nonsense"), 401, "invalid_session_token");
});

test("AU14, AU15 where a second factor is required and missing: mfa_enrollment_required and a session token; not for keys", async () => {
  const strict = await account("Strict");
  const who = await person(strict, ["Administrator"]);
  await sql("update accounts set mfa_required = true where id = $1", strict);
  const answer = await signIn(who);
  expectKey(answer, 401, "mfa_enrollment_required");
  const session = String(answer.headers["x-aims-session-token"]);
  expectKey(await goOn(session, { mfa_code: "123456" }), 401, "mfa_enrollment_required");
  const { id, secret } = await accessKeyOf(who);
  expect((await signIn({ username: id, password: secret })).status).toBe(200);
});

test("AU16 a one-time password: password_expired, until change_password clears it", async () => {
  const who = await person(somebody.accountId, []);
  await sql("update users set password_once = true where id = $1", who.id);
  expectKey(await signIn(who), 400, "password_expired");
  const change = { email: who.username, current_password: who.password, new_password: "Copper-Lantern-83" };
  expect((await ask(stage.api, "POST", "/change_password", sent(change))).status).toBe(204);
  expect((await signIn({ ...who, password: "Copper-Lantern-83" })).status).toBe(200);
});

describe.each([
  ["AU17 inactive", "update users set active = false where id = $1"],
  ["AU18 notifications only", "update users set notifications_only = true where id = $1"],
])("%s people cannot sign in", (_, change) => {
  test("neither by password nor by key, and their token is worth nothing", async () => {
    const who = await person(somebody.accountId, []);
    const { id, secret } = await accessKeyOf(who);
    const token = await tokenOf(stage.api, who);
    await sql(change, who.id);
    expectPlain401(await signIn(who));
    expectPlain401(await signIn({ username: id, password: secret }));
    expectPlain401(await as(stage.api, token)("GET", "/token_info"));
  });
});

test("AU17 account_inactive is for an inactive account", async () => {
  const closed = await account("Closed");
  const who = await person(closed, []);
  const { id, secret } = await accessKeyOf(who);
  await sql("update accounts set active = false where id = $1", closed);
  expectKey(await signIn(who), 400, "account_inactive");
  expectKey(await signIn({ username: id, password: secret }), 400, "account_inactive");
  expectPlain401(await signIn({ ...who, password: "Wrong-Password-1" }));
});

test("locked people are told account_locked (1.8, no. 14)", async () => {
  const who = await person(somebody.accountId, []);
  await sql("update users set locked_until = 'infinity' where id = $1", who.id);
  expectKey(await signIn(who), 400, "account_locked");
});

test("AU19 a password may come in UTF-8 or in Latin-1", async () => {
  const who = await person(somebody.accountId, []);
  await sql("update users set password_hash = $2 where id = $1", who.id, await hashOf("Größe-Straße-29"));
  for (const encoding of ["utf8", "latin1"] as const) {
    const headers = basic(who.username, "Größe-Straße-29", encoding);
    expect((await ask(stage.api, "POST", "/authenticate", { headers })).status).toBe(200);
  }
});

test("AU20 name and password, or a key, are all that a client configured by its environment has", async () => {
  const token = await tokenOf(stage.api, somebody);
  const answer = await as(stage.api, token)("GET", "/token_info");
  expect(answer.body).toMatchObject({ account: { id: somebody.accountId, name: "Signing in" } });
});

test("TK1, TK2 token_info says whose token it is, and with which roles; never the token", async () => {
  const token = await tokenOf(stage.api, somebody);
  const answer = await as(stage.api, token)("GET", "/token_info");
  const id = somebody.id.toUpperCase();
  expect(answer.body).toMatchObject({
    entity_type: "user",
    entity_id: id,
    requester_id: `${somebody.accountId}:user:${id}`,
    user: { id },
    roles: [{ name: "Administrator", account_id: "*", global: true, permissions: { "*:*:*:*": "allowed" } }],
  });
  expect(answer.text).not.toContain(token);
});

describe("tokens", () => {
  test("last six hours, used or not", async () => {
    const { token_expiration } = authenticationIn(await signIn(somebody));
    expect(token_expiration - (await now())).toBeGreaterThan(6 * 3600 - 60);
    expect(token_expiration - (await now())).toBeLessThanOrEqual(6 * 3600);
  });

  test("are no Bearer tokens, and no other secret is one of them", async () => {
    const token = await tokenOf(stage.api, somebody);
    const asBearer = await stage.api.request("/api/v1/me", { headers: { authorization: `Bearer ${token}` } });
    expect([asBearer.status, asBearer.field("code")]).toEqual([401, "token_malformed"]);
    const session = await stage.api.request("/api/v1/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: somebody.username, password: somebody.password }),
    });
    expectPlain401(await as(stage.api, session.field("token"))("GET", "/token_info"));
  });

  test("open the REST API as well, where step-up is asked of them as of every session", async () => {
    const { id, secret } = await accessKeyOf(somebody);
    const { token } = authenticationIn(await signIn({ username: id, password: secret }));
    const rest = (method: string, path: string) =>
      stage.api.request(`/api/v1${path}`, { method, headers: withToken(token) });
    expect((await rest("GET", "/me")).status).toBe(200);
    expect((await rest("DELETE", "/me/factors")).field("code")).toBe("step_up_required");
  });

  test("of programs do not push people's own sessions out", async () => {
    const who = await person(somebody.accountId, []);
    const { id, secret } = await accessKeyOf(who);
    await sql(
      `insert into sessions (account_id, user_id, secret_hash, kind, factors, idle_minutes, expires_at)
       values ($1, $2, 'x', 'browser', '{password}', 60, now() + interval '1 day')`,
      who.accountId,
      who.id,
    );
    for (let time = 0; time < 25; time++) await signIn({ username: id, password: secret });
    const kinds = await sql(
      "select kind, count(*)::int from sessions where user_id = $1 group by kind order by kind",
      who.id,
    );
    expect(kinds).toEqual([
      { kind: "aims", count: 25 },
      { kind: "browser", count: 1 },
    ]);
  });

  test("G10 signing in goes on in read-only mode", async () => {
    expect((await readOnly(() => signIn(somebody))).status).toBe(200);
  });
});

test("every sign-in is on record, with the access key it was made with", async () => {
  const who = await person(somebody.accountId, []);
  const { id, secret } = await accessKeyOf(who);
  await signIn(who);
  await signIn({ username: id, password: secret });
  await signIn({ ...who, password: "Wrong-Password-1" });
  const entries = await sql(
    "select action, result, code, details from audit_entries where actor_id = $1 order by id",
    who.id,
  );
  expect(entries).toMatchObject([
    { action: "sessions.create_aims", result: "done" },
    { action: "sessions.create_with_access_key", result: "done", details: { accessKey: id } },
    { action: "sessions.create_aims", result: "refused", code: "invalid_credentials" },
  ]);
});
