import { verify } from "@node-rs/argon2";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { givePasskey } from "#tests/authenticator.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer } from "#tests/credentials.ts";
import { authenticatorOf, linkOf, recoveryCodesOf } from "#tests/factors.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";

vi.mock("@node-rs/argon2", async (original) => {
  const argon2 = await original<typeof import("@node-rs/argon2")>();
  return { ...argon2, verify: vi.fn(argon2.verify) };
});

let api: TestApi;

beforeAll(async () => {
  await openStage({ TRUSTED_PROXIES: "127.0.0.1/32", RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

let places = 0;
const somewhere = () => `203.1.${Math.floor(++places / 250)}.${places % 250}`;
const post = (path: string, input: object) =>
  api.request(`/api/v1${path}`, { method: "POST", ...json(input, { "x-forwarded-for": somewhere() }) });
const change = (statement: string) => (who: Person) => sql(statement, who.id);
const policy = (statement: string) => change(statement.replace("$1", "(select account_id from users where id = $1)"));
const demand = policy("update accounts set mfa_required = true, mfa_grace_days = 0 where id = $1");

const once = change("update users set password_once = true where id = $1");

/** What a right password comes to: a session, a step that is missing, or a refusal by name. */
type Expected =
  | "ticket"
  | "code"
  | "enrol"
  | "new-password"
  | `user_${string}`
  | "notifications_only"
  | "password_once_over"
  | "invalid_credentials";

/** Every state of a person, and what the right password comes to in it. */
const states: [state: string, prepare: (who: Person) => Promise<unknown>, Expected][] = [
  ["active", async () => {}, "ticket"],
  ["inactive", change("update users set active = false where id = $1"), "user_inactive"],
  ["of a closed account", policy("update accounts set active = false where id = $1"), "user_inactive"],
  ["locked", change("update users set locked_until = now() + interval '1 hour' where id = $1"), "user_locked"],
  ["whose lock is over", change("update users set locked_until = now() where id = $1"), "ticket"],
  [
    "there for notifications only",
    change("update users set notifications_only = true where id = $1"),
    "notifications_only",
  ],
  [
    "invited, who has not chosen a password yet",
    change("update users set password_hash = null, invited_at = now(), last_sign_in_at = null where id = $1"),
    "invalid_credentials",
  ],
  ["with a one-time password", once, "new-password"],
  [
    "with a one-time password that is too old",
    change("update users set password_once = true, password_once_until = now() where id = $1"),
    "password_once_over",
  ],
  ["with a second factor", (who) => authenticatorOf(who), "code"],
  ["with a second factor that was never confirmed", (who) => authenticatorOf(who, { confirmed: false }), "ticket"],
  ["with recovery codes and nothing else", (who) => recoveryCodesOf(who), "ticket"],
  ["of whom a second factor is demanded, without one", demand, "enrol"],
  [
    "of whom one is demanded, in the days of grace",
    policy("update accounts set mfa_required = true where id = $1"),
    "ticket",
  ],
  ["of whom one is demanded, with one", (who) => Promise.all([demand(who), authenticatorOf(who)]), "code"],
  ["with a reset pending", (who) => linkOf(who, "reset"), "ticket"],
  [
    "with a reset pending and a second factor",
    (who) => Promise.all([linkOf(who, "reset"), authenticatorOf(who)]),
    "code",
  ],
  ["with a one-time password and a second factor", (who) => Promise.all([once(who), authenticatorOf(who)]), "code"],
  [
    "with a one-time password, of whom a second factor is demanded",
    (who) => Promise.all([once(who), demand(who)]),
    "enrol",
  ],
];

const codes: Record<string, string> = {
  code: "mfa_code_required",
  enrol: "mfa_enrollment_required",
  "new-password": "new_password_required",
};

const told = ({ status, body }: Answer) => {
  const { instance: _, ...rest } = body as Record<string, unknown>;
  return { status, rest };
};

describe.each(states)("somebody %s", (_, prepare, expected) => {
  async function arrive() {
    const who = await person(await account("Own"), ["Member"]);
    await prepare(who);
    return { who, names: { username: who.username, password: who.password } };
  }

  test("comes by the pages to what they should", async () => {
    const { names } = await arrive();
    const { status, body } = await post("/sign-in/password", names);
    const isRefused = !["ticket", ...Object.keys(codes)].includes(expected);
    if (isRefused) expect([status, body]).toMatchObject([401, { code: expected }]);
    else expect([status, body]).toMatchObject([201, { next: expected }]);
  });

  test("comes by the API to what they should", async () => {
    const { names } = await arrive();
    const { status, body } = await post("/sessions", names);
    if (expected === "ticket") return expect([status, body]).toMatchObject([201, { token: expect.any(String) }]);
    expect([status, body]).toMatchObject([401, { code: codes[expected] ?? expected }]);
    const carries = expected in codes ? expect.stringMatching(/^lk_chl_/) : undefined;
    expect((body as { challenge?: string }).challenge).toEqual(carries);
  });

  test("comes by a passkey past every factor and password, and no further than they may", async () => {
    const who = await person(await account("Own"), ["Member"]);
    const { authenticator } = await givePasskey(who);
    await prepare(who);
    const options = await post("/sign-in/passkey/options", {});
    const response = authenticator.get(options.body as { challenge: string });
    const { status, body } = await post("/sign-in/passkey", { response });
    const mayNot = expected.startsWith("user_") || expected === "notifications_only";
    if (mayNot) expect([status, body]).toMatchObject([401, { code: expected }]);
    else expect([status, body]).toMatchObject([201, { next: "ticket" }]);
  });

  test("has no session before everything is proven", async () => {
    const { who, names } = await arrive();
    for (const path of ["/sign-in/password", "/sessions"]) await post(path, names);
    const sessions = await sql("select kind from sessions where user_id = $1", who.id);
    expect(sessions).toEqual(expected === "ticket" ? [{ kind: "api" }] : []);
  });

  test("with a wrong password is told what everybody is told", async () => {
    const { names } = await arrive();
    for (const path of ["/sign-in/password", "/sessions"]) {
      const wrong = await post(path, { ...names, password: "Not-the-Password-1" });
      expect(told(wrong)).toEqual(told(await post(path, { username: "nobody", password: "Not-the-Password-1" })));
    }
  });

  test("has a challenge that opens nothing else", async () => {
    const { names } = await arrive();
    const challenge = ((await post("/sign-in/password", names)).body as { challenge?: string }).challenge;
    if (!challenge) return expect(Object.keys(codes)).not.toContain(expected);
    const asToken = await api.request("/api/v1/me", { headers: bearer(challenge) });
    const asTicket = await post("/sign-in/ticket", { ticket: challenge });
    expect([asToken.status, asTicket.status]).toEqual([401, 401]);
    const others = {
      code: "/sign-in/new-password",
      "new-password": "/sign-in/authenticator",
      enrol: "/sign-in/new-password",
    };
    const other = others[expected as keyof typeof others];
    const input = other.endsWith("new-password") ? { newPassword: "Copper-Lantern-83" } : {};
    expect((await post(other, { challenge, ...input })).field("code")).toBe("challenge_expired");
  });
});

test("a wrong password costs as much for somebody as for nobody: one hash of the same cost", async () => {
  const who = await person(await account("Own"), ["Member"]);
  const costs = async (username: string) => {
    vi.mocked(verify).mockClear();
    await post("/sessions", { username, password: "Not-the-Password-1" });
    return vi.mocked(verify).mock.calls.map(([hash]) => String(hash).split("$").slice(0, 4));
  };
  const somebody = await costs(who.username);
  expect([somebody.length, await costs("nobody-at-all")]).toEqual([1, somebody]);
});

describe("a challenge", () => {
  async function waiting() {
    const who = await person(await account("Own"), ["Member"]);
    const { code } = await authenticatorOf(who);
    const { challenge } = (await post("/sign-in/password", { username: who.username, password: who.password }))
      .body as { challenge: string };
    return { who, code, challenge };
  }

  test("is over after three minutes, by the database's clock", async () => {
    const { who, code, challenge } = await waiting();
    const life =
      "select expires_at - now() between interval '2 minutes' and interval '3 minutes' as fits from challenges where user_id = $1";
    expect(await sql(life, who.id)).toEqual([{ fits: true }]);
    await sql("update challenges set expires_at = now() where user_id = $1", who.id);
    const answer = await post("/sign-in/second-factor", { challenge, code: await code() });
    expect([answer.status, answer.field("code")]).toEqual([401, "challenge_expired"]);
  });

  test("is good for one step that succeeds, and bears wrong ones", async () => {
    const { code, challenge } = await waiting();
    const wrong = await post("/sign-in/second-factor", { challenge, recoveryCode: "wrong-wrong-wrong-wron" });
    const right = await post("/sign-in/second-factor", { challenge, code: await code() });
    const again = await post("/sign-in/second-factor", { challenge, code: await code(1) });
    expect([wrong.field("code"), right.status, again.field("code")]).toEqual(["wrong_code", 201, "challenge_expired"]);
  });

  test("is worth nothing for somebody who was locked in the meantime", async () => {
    const { who, code, challenge } = await waiting();
    await sql("update users set locked_until = 'infinity' where id = $1", who.id);
    const answer = await post("/sign-in/second-factor", { challenge, code: await code() });
    expect(answer.field("code")).toBe("user_locked");
  });

  test("with the second factor gives programs a session that is strong", async () => {
    const { code, challenge, who } = await waiting();
    const opened = await post("/sessions/mfa", { challenge, code: await code() });
    expect([opened.status, opened.field("token")]).toEqual([201, expect.stringMatching(/^lk_ses_/)]);
    const rows = await sql("select factors, strong from sessions where user_id = $1", who.id);
    expect(rows).toEqual([{ factors: ["password", "totp"], strong: true }]);
  });
});

test("the days of grace are granted once, and signing in again does not renew them", async () => {
  const who = await person(await account("Own"), ["Member"]);
  await sql("update accounts set mfa_required = true, mfa_grace_days = 7 where id = $1", who.accountId);
  const names = { username: who.username, password: who.password };
  expect((await post("/sessions", names)).status).toBe(201);
  await sql("update users set mfa_grace_until = now() where id = $1", who.id);
  for (const _ of [1, 2]) expect((await post("/sessions", names)).field("code")).toBe("mfa_enrollment_required");
});

describe("a device that was not seen before", () => {
  const noticesOf = ({ id }: Person) =>
    sql("select data->>'event' as event from jobs.job where name = 'notice' and data->>'userId' = $1", id);
  const signIn = (who: Person, agent: string) =>
    api.request("/api/v1/sessions", {
      method: "POST",
      ...json(
        { username: who.username, password: who.password },
        { "user-agent": agent, "x-forwarded-for": "203.9.9.9" },
      ),
    });

  test("is told of once, and not at the very first sign-in", async () => {
    const who = await person(await account("Own"), ["Member"]);
    await signIn(who, "curl/8.1");
    expect(await noticesOf(who)).toEqual([]);
    for (const _ of [1, 2]) await signIn(who, "python-requests/2.31");
    expect(await noticesOf(who)).toEqual([{ event: "new_device" }]);
  });
});
