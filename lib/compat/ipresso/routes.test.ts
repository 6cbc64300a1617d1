import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closePools, openPools } from "#db/client.ts";
import { account, openStage, sql } from "#tests/cast.ts";
import { type Envelope, openSecureTestApi, phpClient, type SecureTestApi } from "#tests/ipresso.ts";
import { type ApiUserRow, apiUserRow, customerKeyOf } from "#tests/samples/api-users.ts";

let url: string;
let api: SecureTestApi;
let user: ApiUserRow;
let key: string;

beforeAll(async () => {
  url = (await openStage({ RATE_LIMIT_FACTOR: "100000" })).url;
  api = await openSecureTestApi();
});

beforeEach(async () => {
  user = await apiUserRow(await account("Quarry"));
  key = (await customerKeyOf(user.accountId)).key;
});

const client = (setting: Partial<ApiUserRow & { key: string }> = {}) => phpClient(api, { key, ...user, ...setting });
const basic = (login: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`,
});
const signIn = (method = "GET") => api(`auth/${key}`, { method, headers: basic(user.login, user.secret) });
const tokenOf = async () => String((await signIn()).data);
const callWith = (token: string, path = "type") => api(path, { headers: { IPRESSO_TOKEN: token } });
const set = (change: string) => sql(`update accounts set ${change} where id = $1`, user.accountId);
const setUser = (change: string) => sql(`update api_users set ${change} where id = $1`, user.id);

/** What the client goes by. */
const said = ({ code, errorCode, data }: Envelope) => ({ code, errorCode, data });

describe("signing in", () => {
  test("IP1: answers code 200 with a token, a string that is not empty", async () => {
    const answer = await signIn();
    expect(JSON.parse(answer.text)).toEqual({ code: 200, data: expect.stringMatching(/^lk_api_\w{49}$/) });
    expect(answer.status).toBe(200);
  });

  test("IP2-3: a wrong secret, login or key, and no Basic at all, are one and the same 401 without data", async () => {
    const { login, secret } = user;
    const wrong = [
      [key, basic(login, "another")],
      [key, basic("nobody", secret)],
      [key, basic(login, "")],
      [key, basic("", "")],
      [key, basic("x".repeat(300), secret)],
      [key, {}],
      [key, { authorization: "Basic ***" }],
      ["lk_cus_unknown", basic(login, secret)],
      [(await customerKeyOf(await account("Other"))).key, basic(login, secret)],
    ] as const;
    const answers = await Promise.all(wrong.map(([at, headers]) => api(`auth/${at}`, { headers: { ...headers } })));
    for (const { text, status } of answers) expect([status, text]).toEqual([401, answers[0]?.text]);
    expect(said(answers[0] as Envelope)).toEqual({ code: 401, errorCode: undefined, data: undefined });
  });

  test.each(["GET", "POST", "PUT", "DELETE"])("IP8: is there for %s, whatever body comes along", async (method) => {
    const form = { name: "x".repeat(100_000) };
    const answer = await api(`auth/${key}`, { method, form, headers: basic(user.login, user.secret) });
    expect(said(answer)).toMatchObject({ code: 200, data: expect.stringMatching(/^lk_api_/) });
  });

  test("IP10: gives the same token while it is good, or a different one each time, as the account has it", async () => {
    const first = await tokenOf();
    expect(await tokenOf()).toBe(first);
    await set("api_token_fresh = true");
    const others = [await tokenOf(), await tokenOf()];
    expect(new Set([first, ...others]).size).toBe(3);
    for (const token of [first, ...others]) expect((await callWith(token)).code).toBe(200);
  });

  test.each([false, true])(
    "IP11: a token is good for so many seconds from its issue (different: %s)",
    async (fresh) => {
      await set(`api_token_seconds = 60, api_token_fresh = ${fresh}`);
      const token = await tokenOf();
      const left = "extract(epoch from expires_at - now())";
      const [row] = await sql<{ left: number }>(
        `select ${left}::float8 as left from api_user_tokens where api_user_id = $1`,
        user.id,
      );
      expect(row?.left).toBeGreaterThan(50);
      expect(row?.left).toBeLessThanOrEqual(60);
      await sql("update api_user_tokens set expires_at = now() where api_user_id = $1", user.id);
      expect((await callWith(token)).code).toBe(403);
      expect(await tokenOf()).not.toBe(token);
    },
  );

  test("IP13: goes over https, and getToken answers the envelope", async () => {
    const php = client();
    const envelope = await php.getToken();
    expect(said(envelope)).toMatchObject({ code: 200, data: expect.any(String) });
    php.setToken(envelope.data);
    expect(said(await php.call("GET", "type"))).toMatchObject({ code: 200 });
    expect(php.calls).toEqual(["GET auth", "GET type"]);
  });
});

describe("a call", () => {
  test("IP4-5: reads type and origin with a token, and who it is", async () => {
    const token = await tokenOf();
    expect(JSON.parse((await callWith(token, "type")).text)).toEqual({ code: 200, data: { type: {} } });
    expect(JSON.parse((await callWith(token, "origin")).text)).toEqual({ code: 200, data: { origin: {} } });
    expect((await callWith(token, "me")).data).toMatchObject({
      login: user.login,
      email: user.email,
      account: { id: user.accountId, name: "Quarry" },
      permissions: {},
    });
  });

  test.each([
    ["GET", "contact", 404],
    ["GET", "", 404],
    ["POST", "type", 405],
    ["PATCH", "auth/x", 405],
    ["OPTIONS", "me", 405],
  ])("IP4-5: %s %s is said in the envelope, too", async (method, path, code) => {
    const answer = await api(path, { method, headers: { ipresso_token: await tokenOf() } });
    expect([answer.status, said(answer)]).toEqual([code, { code, errorCode: undefined, data: undefined }]);
  });

  test("IP6: without a token, with an unknown one or one past its end, it is 403 without an errorCode", async () => {
    const token = await tokenOf();
    await sql("update api_user_tokens set expires_at = now() where api_user_id = $1", user.id);
    const replaced = await tokenOf();
    await sql("update customer_keys set ends_at = now() where account_id = $1", user.accountId);
    for (const wrong of ["", "x", "lk_api_x", `${token.slice(0, -1)}x`, token, replaced]) {
      const answer = await callWith(wrong);
      expect([wrong, answer.status, said(answer)]).toEqual([
        wrong,
        403,
        { code: 403, errorCode: undefined, data: undefined },
      ]);
    }
  });

  const anyCall = ["GET", "POST", "PUT", "DELETE", "PATCH"].flatMap((method) =>
    ["type", "origin", "me", "contact", "contact/7/type", ""].map((path) => [method, path]),
  );

  test.each(anyCall)("IP6: the token is looked at first: %s %s with none that is good is 403", async (method, path) => {
    const call = (headers: Record<string, string>) => api(path, { method, headers });
    const token = await tokenOf();
    const served = method === "GET" && ["type", "origin", "me"].includes(path);
    const { code } = await call({ ipresso_token: token });
    expect(served ? code === 200 : code === 404 || code === 405, `${code}`).toBe(true);
    await sql("update api_user_tokens set expires_at = now() where api_user_id = $1", user.id);
    for (const wrong of ["", token, "x"]) {
      const answer = await call({ ipresso_token: wrong });
      expect([answer.status, said(answer)]).toEqual([403, { code: 403, errorCode: undefined, data: undefined }]);
    }
  });

  test.each(["POST", "PUT", "DELETE"])("IP6: a client signs in again and repeats a %s", async (method) => {
    const php = client();
    php.setToken((await php.getToken()).data);
    await sql("update api_user_tokens set expires_at = now() where api_user_id = $1", user.id);
    expect(said(await php.call(method, "contact", { name: "x" }))).toMatchObject({ code: 404 });
    expect(php.calls).toEqual(["GET auth", `${method} contact`, `${method} auth`, `${method} contact`]);
  });

  test("IP6: a client whose token is past its end signs in again and repeats its call", async () => {
    const php = client();
    php.setToken((await php.getToken()).data);
    await sql("update api_user_tokens set expires_at = now() where api_user_id = $1", user.id);
    expect(said(await php.call("GET", "type"))).toMatchObject({ code: 200, data: { type: {} } });
    expect(php.calls).toEqual(["GET auth", "GET type", "GET auth", "GET type"]);
  });

  test("IP7: Basic without a token is not enough, and beside one it does not matter", async () => {
    const headers = basic(user.login, user.secret);
    expect(said(await api("type", { headers }))).toMatchObject({ code: 403, errorCode: undefined });
    const both = { ...basic("nobody", "wrong"), ipresso_token: await tokenOf() };
    expect((await api("type", { headers: both })).code).toBe(200);
  });

  test("IP8: a client signs in again with the method and body of the call that was refused", async () => {
    const php = client();
    expect(said(await php.call("POST", "type", { name: "x" }))).toMatchObject({ code: 405 });
    expect(php.calls).toEqual(["POST type", "POST auth", "POST type"]);
    expect(said(await php.call("GET", "type"))).toMatchObject({ code: 200 });
    expect(php.calls.slice(3)).toEqual(["GET type"]);
  });

  test("IP9: an old form body that comes along with GET is passed over", async () => {
    const form = { name: "x".repeat(100_000) };
    expect((await api("type", { form, headers: { ipresso_token: await tokenOf() } })).code).toBe(200);
  });

  test("takes the token header with hyphens as well, and no other kind of token in it", async () => {
    const token = await tokenOf();
    expect((await api("type", { headers: { "ipresso-token": token } })).code).toBe(200);
    expect((await api("type", { headers: { authorization: `Bearer ${token}` } })).code).toBe(403);
  });
});

describe("IP12: what stops the client's retries", () => {
  const barred: [why: string, errorCode: number, happens: () => Promise<unknown>][] = [
    ["an address that is not allowed", 112, () => setUser("allowed_addresses = '{198.51.100.0/24}'")],
    ["an API user that is inactive", 113, () => setUser("active = false")],
    ["an account that is inactive", 113, () => set("active = false")],
    ["an API user in no group", 113, () => sql("delete from groups where id = $1", user.groupId)],
  ];

  test.each(barred)("%s", async (_, errorCode, happens) => {
    const token = await tokenOf();
    await happens();
    for (const answer of [await callWith(token), await signIn()])
      expect([answer.status, said(answer)]).toEqual([403, { code: 403, errorCode, data: undefined }]);
    const php = client();
    php.setToken(token);
    await php.call("GET", "type");
    expect(php.calls).toEqual(["GET type"]);
  });
});

test("what goes wrong on our side is said in the envelope, too", async () => {
  const token = await tokenOf();
  await sql("alter table budgets rename to mislaid");
  const bug = await signIn();
  await sql("alter table mislaid rename to budgets");
  expect([bug.status, said(bug)]).toEqual([500, { code: 500, errorCode: undefined, data: undefined }]);
  await closePools();
  openPools({ url: "postgres://127.0.0.1:1/nowhere" });
  const away = await callWith(token);
  await closePools();
  openPools({ url, patience: 10 });
  expect([away.status, said(away)]).toEqual([503, { code: 503, errorCode: undefined, data: undefined }]);
  expect((await callWith(token)).code).toBe(200);
});
