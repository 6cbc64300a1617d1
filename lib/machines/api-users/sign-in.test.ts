import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { env } from "#lib/env.ts";
import { account, type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer } from "#tests/credentials.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { by, globalRole } from "#tests/rights.ts";
import { type ApiUserRow, apiUserRow, customerKeyOf, secretRow } from "#tests/samples/api-users.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { revealCustomerKey, rotateCustomerKey } from "./customer-key.ts";
import { getApiUserSettings, updateApiUserSettings } from "./settings.ts";

let cast: Cast;
let api: TestApi;
let admin: Person;
let user: ApiUserRow;
let key: string;

beforeAll(async () => {
  cast = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

beforeEach(async () => {
  const accountId = await account("Quarry");
  admin = await person(accountId, ["Administrator"]);
  user = await apiUserRow(accountId, { roleIds: [await globalRole("Read Only")] });
  key = (await customerKeyOf(accountId)).key;
});

// Of an address of its own each time, so that no test has to wait for another's wrong guesses.
let from = 0;
const own = () => `198.51.100.${++from}`;

const signIn = (given: object = {}, address = own()) => {
  const input = { customerKey: key, login: user.login, secret: user.secret, ...given };
  const sent = json(input, { "x-forwarded-for": address });
  return api.request("/api/v1/api-user-tokens", { method: "POST", ...sent });
};
const tokenOf = async (given: object = {}) => (await signIn(given)).field("token");
const verify = async (token: string, address = own()) => {
  const headers = { ...bearer(token), "x-forwarded-for": address };
  return (await api.request("/api/v1/users", { headers })).status;
};

describe("signing in over REST", () => {
  test("answers a token with its end, which opens what the groups' roles allow", async () => {
    const answer = await signIn({ login: user.login.toUpperCase() });
    expect(answer.body).toMatchObject({ isNew: true, apiUser: { id: user.id, login: user.login } });
    expect(await verify(answer.field("token"))).toBe(200);
    const [row] = await sql<{ address: string }>(
      "select last_sign_in_address as address from api_users where id = $1",
      user.id,
    );
    expect(row?.address).toBeTruthy();
  });

  test("takes either of two secrets, and gives each a token of its own", async () => {
    const secret = "Copper-Lantern-83";
    await sql("update api_user_secrets set hash = $2 where id = $1", await secretRow(user), await hashPassword(secret));
    const tokens = [await tokenOf(), await tokenOf({ secret }), await tokenOf(), await tokenOf({ secret })];
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(tokens.slice(2)).toEqual(tokens.slice(0, 2));
  });

  test("counts wrong secrets as it counts wrong passwords, and forgives them to who knows it", async () => {
    const wrong = () => signIn({ secret: "wrong" }, "203.0.113.1");
    const statuses: number[] = [];
    while (statuses.at(-1) !== 429 && statuses.length < 12) statuses.push((await wrong()).status);
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    expect((await signIn()).status).toBe(201);
  });

  test("is refused a few times to who knows it and may not come from there, on record once, and then looked at no more", async () => {
    await sql("update api_users set allowed_addresses = '{192.0.2.0/24}' where id = $1", user.id);
    const codes: string[] = [];
    for (let tries = 0; tries < 12; tries++) {
      codes.push(String((await signIn({}, "203.0.113.2")).field("code")));
      await letPausesPass();
    }
    expect(new Set(codes.slice(0, 10)).size).toBe(1);
    expect(codes.slice(9)).toEqual([codes[0], "too_many_requests", "too_many_requests"]);
    const recorded = await sql("select code from audit_entries where actor_id = $1 and result = 'refused'", user.id);
    expect(recorded).toEqual([{ code: codes[0] }]);
    expect((await signIn({}, "192.0.2.5")).status).toBe(201);
  });

  test("takes no login with what nobody types", async () => {
    expect((await signIn({ login: `${user.login}\0` })).status).toBe(401);
  });

  test("leaves who signs in many times at once alone, as long as they know the secret", async () => {
    const address = own();
    const answers = await Promise.all(Array.from({ length: 15 }, () => signIn({}, address)));
    expect(answers.map(({ status }) => status)).toEqual(Array(15).fill(201));
    expect(new Set(answers.map((answer) => answer.field("token"))).size).toBe(1);
  });

  test("goes on record with the login it was tried for, and without a secret", async () => {
    const { headers } = await signIn({ secret: "never-to-be-seen" });
    const entries = await sql("select * from audit_entries where request_id = $1", String(headers["x-request-id"]));
    expect(entries).toMatchObject([{ actor_id: user.id, result: "refused", code: "invalid_credentials" }]);
    expect(JSON.stringify(entries)).not.toContain("never-to-be-seen");
  });
});

describe("the customer key", () => {
  test("is made when it is first shown, and the same from then on; each look goes on record", async () => {
    const ada = await person(await account("Zenith"), ["Administrator"]);
    const { customerKey } = await by(ada, revealCustomerKey, {});
    expect(customerKey).toMatch(/^lk_cus_/);
    expect(await by(ada, revealCustomerKey, {})).toEqual({ customerKey });
    const looks = await sql(
      "select from audit_entries where action = 'api_user_settings.reveal_key' and actor_id = $1",
      ada.id,
    );
    expect(looks).toHaveLength(2);
  });

  test("is replaced with an overlap: both are good, and what was got with the old one ends with it", async () => {
    const before = await tokenOf();
    const { customerKey } = await by(admin, rotateCustomerKey, { overlap: "1h" });
    const after = await tokenOf({ customerKey });
    expect(after).not.toBe(before);
    expect([await verify(before), await verify(after), (await signIn()).status]).toEqual([200, 200, 201]);
    expect((await by(admin, getApiUserSettings, {})).formerKeysEndAt).toHaveLength(1);
    await sql("update customer_keys set ends_at = now() where ends_at is not null and account_id = $1", user.accountId);
    expect([await verify(before), await verify(after), (await signIn()).status]).toEqual([401, 200, 401]);
  });

  test("replaced at once, it ends every key that was replaced before", async () => {
    const { customerKey } = await by(admin, rotateCustomerKey, { overlap: "7d" });
    await by(admin, rotateCustomerKey, { overlap: "now" });
    expect([(await signIn()).status, (await signIn({ customerKey })).status]).toEqual([401, 401]);
    expect((await by(admin, getApiUserSettings, {})).formerKeysEndAt).toEqual([]);
  });
});

describe("the settings", () => {
  test.each([59, 86_401, 1.5])("take no %s seconds", async (tokenSeconds) => {
    await expect(by(admin, updateApiUserSettings, { tokenSeconds })).rejects.toMatchObject({ code: "invalid_fields" });
  });

  test("are the account's own", async () => {
    await by(admin, updateApiUserSettings, { tokenSeconds: 60, differentTokens: true });
    expect(await by(admin, getApiUserSettings, {})).toMatchObject({ tokenSeconds: 60, differentTokens: true });
    expect(await by(cast.ada, getApiUserSettings, {})).toMatchObject({ tokenSeconds: 900, differentTokens: false });
  });
});

describe("addresses", () => {
  test("that are listed by themselves do not wait for others' guesses; those of a listed network do", async () => {
    await sql("update api_users set allowed_addresses = '{192.0.2.0/24,203.0.113.9}' where id = $1", user.id);
    allow(0.05);
    const guesses: number[] = [];
    for (let host = 1; host < 8; host++) guesses.push((await signIn({ secret: "wrong" }, `192.0.2.${host}`)).status);
    expect(guesses).toContain(429);
    const [inNetwork, byItself] = [await signIn({}, "192.0.2.77"), await signIn({}, "203.0.113.9")];
    allow(1);
    expect([inNetwork.status, byItself.status]).toEqual([429, 201]);
  });

  test("bind the token as well as the sign-in, from the next request on", async () => {
    const token = await tokenOf();
    await sql("update api_users set allowed_addresses = '{198.51.100.0/24}' where id = $1", user.id);
    expect([(await signIn()).status, await verify(token)]).toEqual([201, 200]);
    await sql("update api_users set allowed_addresses = '{203.0.113.0/24}' where id = $1", user.id);
    const refused = await signIn({}, "198.51.100.1");
    expect([refused.status, refused.field("code"), await verify(token)]).toEqual([403, "address_not_allowed", 403]);
    expect(refused.field("detail")).toContain("198.51.100.1");
  });
});

/** Multiplies every budget, from now on. */
function allow(factor: number) {
  env().RATE_LIMIT_FACTOR = factor;
  Object.assign(globalThis, { latchkeyLimiters: undefined });
}
