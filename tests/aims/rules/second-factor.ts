import { generateSync } from "otplib";
import { beforeAll, describe, expect, test } from "vitest";
import { account, type Person, person, sql } from "#tests/cast.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { as, ask, basic, sent, tokenOf, withToken } from "../client.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await theStage();
});

const secret = "GFZSA5CINFJSA4ZTNNZDG5BAKM2EMMZ7";
const uri = (label: string, rest = "&algorithm=SHA1", issuer = "Alert%20Logic") =>
  `otpauth://totp/Alert%20Logic:${label}?secret=${secret}&issuer=${issuer}${rest}`;

async function codes({ digits = 6, period = 30, steps = [-1, 0], key = secret } = {}) {
  const [clock] = await sql<{ now: string }>("select extract(epoch from clock_timestamp()) as now");
  return steps.map((step) =>
    generateSync({ secret: key, digits: digits as 6, period, epoch: Number(clock?.now) + step * period }),
  );
}

const enrol = (body: Record<string, unknown>, headers = {}) =>
  ask(stage.api, "POST", "/user/mfa/enroll", sent(body, headers));

const asOwner = async ({ email, password }: Person, more: Record<string, unknown> = {}) =>
  enrol({ email, password, mfa_uri: uri(email), mfa_codes: await codes(), ...more });

const signIn = ({ username, password }: Person, body: unknown = {}) =>
  ask(stage.api, "POST", "/authenticate", sent(body, basic(username, password)));

const newcomer = () => person(stage.here, []);

test("MF1, MF2, MF3 a secret of one's own, shown by two codes, for who proves the password", async () => {
  const who = await newcomer();
  const answer = await asOwner(who);
  expect([answer.status, answer.body]).toMatchObject([200, { id: who.id.toUpperCase(), mfa_enabled: true }]);
  expect((await signIn(who)).body).toEqual({ error: "mfa_code_required" });
  const [next] = await codes({ steps: [1] });
  expect((await signIn(who, { mfa_code: next })).status).toBe(200);
});

test("MF1 the label is the username or the present e-mail address, its @ raw or not, whatever its case", async () => {
  for (const label of ["username", "email"] as const) {
    const who = await newcomer();
    expect(
      (await asOwner(who, { mfa_uri: uri(encodeURIComponent(who[label]).toUpperCase().replaceAll("%40", "%40")) }))
        .status,
    ).toBe(200);
  }
});

const wrong = (email: string): Record<string, string> => ({
  "no address": "nonsense",
  hotp: uri(email).replace("totp", "hotp"),
  "another issuer": uri(email, undefined, "AlertLogic"),
  "no issuer": uri(email).replace(/&issuer=[^&]*/, ""),
  "another product's label": uri(email).replace("Alert%20Logic:", "Latchkey:"),
  "somebody else's label": uri("someone@example.org"),
  "another algorithm": uri(email, "&algorithm=SHA256"),
  "no algorithm": uri(email, ""),
  "too few digits": uri(email, "&algorithm=SHA1&digits=5"),
  "a period too short": uri(email, "&algorithm=SHA1&period=29"),
  "a period too long": uri(email, "&algorithm=SHA1&period=61"),
  "a short secret": uri(email).replace(secret, "GFZSA5CINFJSA4ZTNNZDG5A"),
  "a long secret": uri(email).replace(secret, `${secret}GFZS`),
  "a padded secret": uri(email).replace(secret, "GFZSA5CINFJSA4ZTNNZDG5BAKM======"),
  "no base32": uri(email).replace(secret, secret.replace("G", "1")),
});

test.each(Object.keys(wrong("")))("MF1 %s is invalid_mfa_uri", async (what) => {
  const who = await newcomer();
  const answer = await asOwner(who, { mfa_uri: wrong(who.email)[what] });
  expect([answer.status, answer.body]).toEqual([400, { error: "invalid_mfa_uri" }]);
});

test("MF2 fewer than two codes, or a wrong one among them, is invalid_mfa_codes", async () => {
  const who = await newcomer();
  const [one = "", two = ""] = await codes();
  for (const mfa_codes of [
    [],
    [one],
    [one, one],
    [one, two, "000000"],
    ["abc", "def"],
    await codes({ steps: [-9, -8] }),
  ]) {
    const answer = await asOwner(who, { mfa_codes });
    expect([answer.status, answer.body]).toEqual([400, { error: "invalid_mfa_codes" }]);
  }
  expect((await asOwner(who)).status).toBe(200);
});

test("MF3 a wrong password is 401; neither a token nor Basic is enough; the body says who it is", async () => {
  const who = await newcomer();
  const given = { mfa_uri: uri(who.email), mfa_codes: await codes() };
  const token = await tokenOf(stage.api, who);
  for (const [body, headers] of [
    [{ ...given, email: who.email, password: "Wrong-Password-1" }, {}],
    [{ ...given, email: "nobody@example.org", password: who.password }, {}],
    [given, { ...withToken(token), ...basic(who.username, who.password) }],
    [{ ...given, email: who.email }, withToken(token)],
  ] as const) {
    const answer = await enrol(body, headers);
    expect([answer.status, answer.text]).toEqual([401, ""]);
  }
  const others = {
    ...withToken(await tokenOf(stage.api, stage.ada)),
    ...basic(stage.ada.username, stage.ada.password),
  };
  const answer = await enrol({ ...given, email: who.email, password: who.password }, others);
  expect(answer.body).toMatchObject({ id: who.id.toUpperCase(), mfa_enabled: true });
});

test("MF3 a one-time password is password_expired", async () => {
  const who = await newcomer();
  await sql("update users set password_once = true where id = $1", who.id);
  expect((await asOwner(who)).body).toEqual({ error: "password_expired" });
});

test("MF4 who is enrolled already: mfa_enrolled, whatever the second factor is", async () => {
  const who = await newcomer();
  await authenticatorOf(who);
  const answer = await asOwner(who);
  expect([answer.status, answer.body]).toEqual([409, { error: "mfa_enrolled" }]);
});

test("MF5 eight digits for sixty seconds are legal", async () => {
  const who = await newcomer();
  const shape = { digits: 8, period: 60 };
  const mfa_uri = uri(who.email, "&algorithm=SHA1&digits=8&period=60");
  expect((await asOwner(who, { mfa_uri, mfa_codes: await codes(shape) })).status).toBe(200);
  const [next] = await codes({ ...shape, steps: [1] });
  expect((await signIn(who, { mfa_code: next })).status).toBe(200);
});

describe("MF6, AU14 where a second factor is required", () => {
  test("the session token is enough to enrol, and goes on with the sign-in", async () => {
    const strict = await account("Demanding");
    const who = await person(strict, []);
    await sql("update accounts set mfa_required = true where id = $1", strict);
    const session = { "x-aims-session-token": String((await signIn(who)).headers["x-aims-session-token"]) };
    const answer = await enrol({ mfa_uri: uri(who.email), mfa_codes: await codes() }, session);
    expect([answer.status, answer.body]).toMatchObject([200, { mfa_enabled: true }]);
    const [next] = await codes({ steps: [1] });
    expect((await ask(stage.api, "POST", "/authenticate", sent({ mfa_code: next }, session))).status).toBe(200);
    expect((await enrol({ mfa_uri: uri(who.email), mfa_codes: await codes() }, session)).body).toEqual({
      error: "invalid_session_token",
    });
  });
});

describe("MF7, MF8 removing a device", () => {
  test("everybody removes their own, and may enrol again", async () => {
    const who = await newcomer();
    const token = await tokenOf(stage.api, who);
    await authenticatorOf(who);
    const answer = await as(stage.api, token)("DELETE", `/user/mfa/${encodeURIComponent(who.username.toUpperCase())}`);
    expect([answer.status, answer.body]).toMatchObject([200, { id: who.id.toUpperCase(), mfa_enabled: false }]);
    expect((await signIn(who)).status).toBe(200);
    expect((await asOwner(who)).status).toBe(200);
  });

  test("others' take the permission; nobody is 404", async () => {
    const who = await newcomer();
    await authenticatorOf(who);
    const member = as(stage.api, await tokenOf(stage.api, await newcomer()));
    expect((await member("DELETE", `/user/mfa/${who.username}`)).status).toBe(403);
    const admin = as(stage.api, await tokenOf(stage.api, stage.ada));
    expect((await admin("DELETE", "/user/mfa/nobody@example.org")).status).toBe(404);
    const answer = await admin("DELETE", `/user/mfa/${who.username}`);
    expect([answer.status, answer.body]).toMatchObject([200, { mfa_enabled: false }]);
    expect((await signIn(who)).status).toBe(200);
  });

  test("somebody of another account is nobody", async () => {
    await authenticatorOf(stage.dan);
    const admin = as(stage.api, await tokenOf(stage.api, stage.ada));
    expect((await admin("DELETE", `/user/mfa/${stage.dan.username}`)).status).toBe(404);
    await sql("delete from authenticators where user_id = $1", stage.dan.id);
  });
});
