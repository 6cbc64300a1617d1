import { beforeAll, describe, expect, test, vi } from "vitest";
import { countedFor, flush } from "#lib/core/audit-dedupe.ts";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { env } from "#lib/env.ts";
import { type Cast, handedOut, openStage, sql } from "#tests/cast.ts";
import { bearer, type Headers, sessionOf, tokenOf } from "#tests/credentials.ts";
import { apiTokenOf, apiUserRow } from "#tests/samples/api-users.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  vi.stubEnv("TRUSTED_PROXIES", "127.0.0.0/8");
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

const ask = (path: string, headers: Headers, address = "198.51.100.4") =>
  api.request(path, { headers: { ...headers, "x-forwarded-for": address } });

const entriesBy = (credentialId: string) =>
  sql(
    `select action, account_id, actor_id, credential_kind, code, address, details from audit_entries
     where credential_id = $1 and result = 'refused' order by id`,
    credentialId,
  );

const end = (id: string) => sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", id);

describe("a token that is refused is on record, once, with whose it is", () => {
  test.each<[string, string, string, (secret: string) => Headers]>([
    ["/api/v1", "/api/v1/tokens/verify", "tokens", bearer],
    ["AIMMS", "/pro/user-manager/v1/user/@current/api-key", "pro", (apikey) => ({ apikey })],
    ["Mendix", "/userservice/v1/users", "userservice", (secret) => ({ authorization: `mxtoken ${secret}` })],
  ])("at %s", async (_, path, group, headers) => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await end(id);
    expect((await ask(path, headers(secret))).status).toBe(401);
    expect(await entriesBy(id)).toEqual([
      {
        ...{ action: "tokens.use", code: "token_revoked", credential_kind: "token" },
        ...{ account_id: cast.here, actor_id: cast.ben.id, address: "198.51.100.4", details: { group } },
      },
    ]);
  });

  test("at iPresso, that of an API user", async () => {
    const user = await apiUserRow(cast.here, { allowedAddresses: ["203.0.113.7"] });
    expect((await ask("/api/2/me", { ipresso_token: await apiTokenOf(user) })).status).toBe(403);
    const [token] = await sql<{ id: string }>("select id from api_user_tokens where api_user_id = $1", user.id);
    expect(await entriesBy(String(token?.id))).toMatchObject([
      { action: "api_users.use_token", code: "address_not_allowed", account_id: cast.here, actor_id: user.id },
    ]);
  });

  test("at AIMS, that of a session", async () => {
    const secret = await sessionOf(cast.cleo, ["password"], "aims");
    const [session] = await sql<{ id: string }>(
      "update sessions set expires_at = now() where user_id = $1 and kind = 'aims' returning id",
      cast.cleo.id,
    );
    expect((await ask("/aims/v1/token_info", { "x-aims-auth-token": secret })).status).toBe(401);
    expect(await entriesBy(String(session?.id))).toMatchObject([
      { action: "sessions.use_aims", code: "session_ended", account_id: cast.here, actor_id: cast.cleo.id },
    ]);
  });

  test("one that nobody is known to have had, by where it came from", async () => {
    for (const address of ["192.0.2.7", "192.0.2.8", "203.0.114.9"])
      expect((await ask("/api/v1/me", bearer(mintSecret("pat")), address)).status).toBe(401);
    const unknown = "select address, account_id, actor_id from audit_entries where code = 'token_unknown' order by id";
    const nobodys = { account_id: null, actor_id: null };
    expect(await sql(unknown)).toEqual([
      { ...nobodys, address: "192.0.2.7" },
      { ...nobodys, address: "203.0.114.9" },
    ]);
  });
});

describe("what repeats is counted, not written again and again", () => {
  test("one entry for ten minutes of the same token, reason and network, then one with their number", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await sql("update tokens set allowed_addresses = '{203.0.113.7}' where id = $1", id);
    const use = (host: number) => ask("/api/v1/tokens/verify", bearer(secret), `198.51.100.${host}`);
    for (const host of [1, 2, 3]) expect((await use(host)).status).toBe(403);
    await ask("/api/v1/tokens/verify", bearer(secret), "192.0.2.1");
    const entries = async () => (await entriesBy(id)).map(({ address, details }) => [address, details]);
    const group = "tokens";
    const first = [
      ["198.51.100.1", { group }],
      ["192.0.2.1", { group }],
    ];
    expect(await entries()).toEqual(first);
    await flush();
    expect(await entries()).toEqual(first);
    await flush(Date.now());
    const counted = ["198.51.100.3", { group, count: 2, since: expect.any(String) }];
    expect(await entries()).toEqual([...first, counted]);
    await use(4);
    await flush();
    expect(await entries()).toEqual([...first, counted]);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + countedFor + 1);
    await flush();
    vi.restoreAllMocks();
    expect((await entries()).at(-1)).toEqual(["198.51.100.4", { group, count: 1, since: expect.any(String) }]);
  });

  test("what it may not do stands there for each thing it asked for", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["profile:read"]);
    for (const path of ["/users", "/users", "/roles"]) await ask(`/api/v1${path}`, bearer(secret));
    expect(await entriesBy(id)).toMatchObject([
      { action: "users.list", code: "forbidden" },
      { action: "roles.list", code: "forbidden" },
    ]);
  });

  test("a token that is used too often is told so each time, and put on record once", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await sql("update tokens set per_minute = 1 where id = $1", id);
    allow(1);
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn++) statuses.push((await ask("/api/v1/tokens/verify", bearer(secret))).status);
    allow(1000);
    expect(statuses).toEqual([200, 429, 429]);
    expect(await entriesBy(id)).toMatchObject([{ action: "tokens.use", code: "too_many_requests" }]);
  });
});

/** Multiplies every budget, from now on. */
function allow(factor: number) {
  env().RATE_LIMIT_FACTOR = factor;
  Object.assign(globalThis, { latchkeyLimiters: undefined });
}

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
