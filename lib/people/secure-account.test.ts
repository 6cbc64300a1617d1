import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { listApiUsers } from "#lib/machines/api-users/list.ts";
import { makeRecoveryCodes } from "#lib/sign-in/factors/recovery-codes.ts";
import { type Cast, account as openAccount, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { by } from "#tests/rights.ts";
import { apiUserRow, secretRow } from "#tests/samples/api-users.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
  api = await openTestApi();
});

const someone = () => person(cast.here, ["Member"]);
const all = { endSessions: true, revokeTokens: true, renewRecoveryCodes: true };
const fresh = "Copper-Lantern-83";

const secure = (session: string, input: object) =>
  api.request("/api/v1/me/secure", { method: "POST", ...json(input, bearer(session)) });

const count = async (session: string) => (await api.request("/api/v1/me/secure", { headers: bearer(session) })).body;

const isAlive = async (secret: string) =>
  (await api.request("/api/v1/tokens/verify", { headers: bearer(secret) })).status === 200;

const signIn = ({ username }: Person, password: string) =>
  api.request("/api/v1/sessions", { method: "POST", ...json({ username, password }) });

/** Gives somebody an authenticator and codes; a session in which the second factor was proven. */
async function withSecondFactor(who: Person) {
  await sql(
    "insert into authenticators (user_id, name, secret, confirmed_at) values ($1, 'Phone', 'x', now())",
    who.id,
  );
  const codes = await transaction((tx) => makeRecoveryCodes(tx, who.id));
  const session = await sessionOf(who);
  await sql("update sessions set strong = true, factors = '{password,totp}' where user_id = $1", who.id);
  return { session, codes };
}

test("what there is to secure names the API users of which one made secrets, and they can be found", async () => {
  const [who, account] = [await someone(), await openAccount("Elsewhere")];
  const [own, foreign] = [await apiUserRow(cast.here), await apiUserRow(account)];
  await apiUserRow(cast.here);
  for (const { id } of [own, foreign])
    await sql("update api_user_secrets set created_by = $2 where api_user_id = $1", id, who.id);
  const second = await secretRow(own);
  await sql("update api_user_secrets set created_by = $2 where id = $1", second, who.id);
  expect(await count(await sessionOf(who))).toMatchObject({
    apiUsers: [
      { accountId: account, accountName: "Elsewhere", count: 1 },
      { accountId: cast.here, accountName: "Quarry", count: 1 },
    ],
  });
  const { items } = await by(cast.ada, listApiUsers, { secretsBy: who.id });
  expect(items.map(({ id }) => id)).toEqual([own.id]);
});

describe("securing an account", () => {
  test("does everything that was ticked, tells what, and leaves the person signed in", async () => {
    const who = await someone();
    const [mine, other] = [await sessionOf(who), await sessionOf(who)];
    const { secret } = await tokenOf(who, ["profile:read"]);
    await sql("insert into devices (user_id, secret_hash) values ($1, 'x')", who.id);
    await sql(
      "insert into tickets (user_id, secret_hash, factors, expires_at) values ($1, 'x', '{}', now() + interval '1 minute')",
      who.id,
    );
    const counted = await count(mine);
    expect(counted).toEqual({ otherSessions: 2, liveTokens: 1, accessKeys: 0, apiUsers: [], recoveryCodesLeft: null });
    const answer = await secure(mine, { username: who.username, ...all });
    const ended = { endedSessions: 2, revokedTokens: 1, deletedAccessKeys: 0 };
    const done = { ...ended, passwordChanged: false, recoveryCodes: [], token: null };
    expect([answer.status, answer.body]).toEqual([201, done]);
    expect([await isAlive(mine), await isAlive(other), await isAlive(secret)]).toEqual([true, false, false]);
    for (const table of ["devices", "tickets", "challenges"])
      expect(await sql(`select id from ${table} where user_id = $1`, who.id), table).toEqual([]);
    const receipt = (await mailbox.of(who.email)).find(({ subject }) => subject === "Your account was secured");
    expect(receipt?.text).toContain("Sessions ended: 2. API tokens revoked: 1.");
    expect(await count(mine)).toEqual({
      otherSessions: 0,
      liveTokens: 0,
      accessKeys: 0,
      apiUsers: [],
      recoveryCodesLeft: null,
    });
  });

  test("does only what was ticked, and nothing to others", async () => {
    const who = await someone();
    const [mine, other, stranger] = [await sessionOf(who), await sessionOf(who), await sessionOf(cast.ben)];
    const [own, foreign] = [await tokenOf(who, ["profile:read"]), await tokenOf(cast.ben, ["profile:read"])];
    await secure(mine, { username: who.username, revokeTokens: true });
    const alive = [other, stranger, own.secret, foreign.secret].map(isAlive);
    expect(await Promise.all(alive)).toEqual([true, true, false, true]);
  });

  test("makes new recovery codes for who has a second factor, and the old ones are worth nothing", async () => {
    const who = await someone();
    const { session, codes } = await withSecondFactor(who);
    expect(await count(session)).toMatchObject({ recoveryCodesLeft: 10 });
    const answer = await secure(session, { username: who.username, renewRecoveryCodes: true });
    const { recoveryCodes } = answer.body as { recoveryCodes: string[] };
    expect(recoveryCodes).toHaveLength(10);
    expect(recoveryCodes.filter((code) => codes.includes(code))).toEqual([]);
    const mail = await mailbox.newest(who.email);
    for (const code of recoveryCodes) expect(mail.text).not.toContain(code);
  });

  test("sets a new password with the present one, and gives this session a new secret", async () => {
    const who = await someone();
    const mine = await sessionOf(who);
    const input = { username: who.username, currentPassword: who.password, newPassword: fresh };
    const answer = await secure(mine, input);
    expect(answer.body).toMatchObject({ passwordChanged: true, token: expect.stringMatching(/^lk_ses_/) });
    expect(await isAlive(mine)).toBe(false);
    expect(await isAlive(answer.field("token"))).toBe(true);
    expect([(await signIn(who, who.password)).status, (await signIn(who, fresh)).status]).toEqual([401, 201]);
  });

  const refused: [what: string, more: object, pointer: string][] = [
    ["another name", { username: "somebody else" }, "/username"],
    ["a wrong password", { currentPassword: "Not-the-Password-1", newPassword: fresh }, "/currentPassword"],
    ["a new password without the present one", { newPassword: fresh }, "/currentPassword"],
    ["a weak new password", { currentPassword: "Violet-Kettle-29", newPassword: "Short-1" }, "/newPassword"],
    [
      "a confirmation that differs",
      { currentPassword: "Violet-Kettle-29", newPassword: fresh, confirmPassword: "x" },
      "/confirmPassword",
    ],
  ];

  test.each(refused)("with %s does nothing at all", async (_, more, pointer) => {
    const who = await someone();
    const [mine, other] = [await sessionOf(who), await sessionOf(who)];
    const { secret } = await tokenOf(who, ["profile:read"]);
    const answer = await secure(mine, { username: who.username, ...all, ...more });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer }] }]);
    expect([await isAlive(mine), await isAlive(other), await isAlive(secret)]).toEqual([true, true, true]);
  });

  test("asks for a proof of identity that is fresh, by the second factor of who has one", async () => {
    const who = await someone();
    const { session } = await withSecondFactor(who);
    await sql("update sessions set strong = false where user_id = $1", who.id);
    const answer = await secure(session, { username: who.username, ...all });
    expect(answer.body).toMatchObject({ code: "step_up_required" });
  });
});
