import { beforeAll, describe, expect, test, vi } from "vitest";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { startReplica } from "#tests/replica.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { getToken } from "../get.ts";
import { noteSessionUse, noteTokenUse, writeUsage } from "./record.ts";
import { writeTokenUses } from "./write.ts";

let cast: Cast;
let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  vi.stubEnv("TRUSTED_PROXIES", "127.0.0.0/8");
  cast = await openStage();
  api = await openTestApi();
  replica = await startReplica(cast.url);
});

const use = (secret: string, address: string, path = "/tokens/verify", at: TestApi = api) =>
  at.request(`/api/v1${path}`, {
    headers: { ...bearer(secret), "x-forwarded-for": address, "user-agent": "curl/8.5.0" },
  });

const usageOf = async (who: Person, id: string) => (await execute(getToken, await asPerson(who), { id })).output.usage;

/** The subjects of what somebody is to be told of new networks, as the queue has it. */
const told = async ({ id }: Person) => {
  const rows = await sql<{ paragraphs: string[] }>(
    `select data->'paragraphs' as paragraphs from jobs.job
     where name = 'notice' and data->>'event' = 'token_new_network' and data->>'userId' = $1 order by created_on`,
    id,
  );
  return rows.map(({ paragraphs }) => paragraphs[1] ?? "");
};

const none = { agent: "", group: "", count: 1 };

test("a token's networks, programs, parts of the API and refusals are counted", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["profile:read"]);
  for (const host of [4, 5, 6]) await use(secret, `198.51.100.${host}`, "/me");
  await use(secret, "2001:db8:7:1::1");
  await use(secret, "2001:db8:7:ffff::1", "/me/tokens");
  await writeUsage();
  const times = { firstAt: expect.any(String), lastAt: expect.any(String) };
  const by = (count: number) => ({ program: "curl", count, ...times });
  const usage = await usageOf(cast.ben, id);
  expect(usage.networks).toHaveLength(2);
  expect(usage.networks).toContainEqual({ network: "2001:db8:7::/48", ...by(2) });
  expect(usage.networks).toContainEqual({ network: "198.51.100.0/24", ...by(3) });
  const routes = Object.fromEntries(usage.routes.map(({ group, count }) => [group, count]));
  expect(routes).toEqual({ me: 3, tokens: 1, "me/tokens": 1 });
  expect(usage.refusals).toEqual([{ code: "insufficient_scope", address: null, ...by(1) }]);
});

test("the last five networks are shown, the newest first", async () => {
  const { id } = await tokenOf(cast.ben, ["Tasks"]);
  const use = (net: number) => ({ ...none, id, address: `203.0.${net}.1`, at: Date.now() - (8 - net) * 1000 });
  await writeTokenUses([1, 3, 7, 2, 6, 4, 5].map(use), []);
  const shown = (await usageOf(cast.ben, id)).networks.map(({ network }) => network);
  expect(shown).toEqual([7, 6, 5, 4, 3].map((net) => `203.0.${net}.0/24`));
});

test("what is used or tried after its end is told too", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
  await sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", id);
  await use(secret, "198.51.100.4");
  await writeUsage();
  const { networks, refusals } = await usageOf(cast.ben, id);
  expect([networks, refusals]).toMatchObject([[], [{ code: "token_revoked", count: 1 }]]);
});

test("several processes count one sum, and the newest use is the last one", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
  const each = 20;
  await Promise.all(
    Array.from({ length: 2 * each }, (_, n) => use(secret, "198.51.100.4", "/tokens/verify", n % 2 ? api : replica)),
  );
  await writeUsage();
  const total = async () => (await usageOf(cast.ben, id)).networks[0]?.count;
  await expect.poll(total, { timeout: 15_000, interval: 250 }).toBe(2 * each);
  const late = { ...none, id, address: "198.51.100.9", at: Date.now() - 3_600_000 };
  await writeTokenUses([late], []);
  expect(await sql("select last_used_address as last from tokens where id = $1", id)).toEqual([
    { last: "198.51.100.4" },
  ]);
});

describe("the owner of a token is told of a new network", () => {
  test("once, but not of the very first one", async () => {
    const who = await person(cast.here, ["Member"]);
    const { secret } = await tokenOf(who, ["Tasks"]);
    for (const address of ["198.51.100.4", "198.51.100.5", "203.0.113.5", "203.0.113.6", "198.51.100.4"]) {
      await use(secret, address);
      await writeUsage();
    }
    expect(await told(who)).toEqual([expect.stringContaining("203.0.113.0/24, by curl")]);
  });

  test("once also when many processes see it at the same moment", async () => {
    const who = await person(cast.here, ["Member"]);
    const { id } = await tokenOf(who, ["Tasks"]);
    const seen = (net: number) => ({ ...none, id, address: `10.${net}.0.1`, at: Date.now() });
    const rounds = 40;
    for (let net = 0; net < rounds; net++)
      await Promise.all(Array.from({ length: 5 }, () => writeTokenUses([seen(net)], [])));
    expect(await told(who)).toHaveLength(rounds - 1);
  });

  test("not of a use from nobody knows where", async () => {
    const who = await person(cast.here, ["Member"]);
    const { id } = await tokenOf(who, ["Tasks"]);
    for (const address of ["198.51.100.4", "unknown"])
      await writeTokenUses([{ ...none, id, address, at: Date.now() }], []);
    expect([await told(who), (await usageOf(who, id)).networks.length]).toEqual([[], 1]);
  });

  test("not by uses that were refused", async () => {
    const who = await person(cast.here, ["Member"]);
    const { secret, id } = await tokenOf(who, ["Tasks"]);
    await use(secret, "198.51.100.4");
    await writeUsage();
    await sql("update tokens set allowed_addresses = '{198.51.100.4}' where id = $1", id);
    await use(secret, "203.0.113.5");
    await writeUsage();
    expect(await told(who)).toEqual([]);
  });
});

test("the uses of a token that is gone are let go", async () => {
  await writeTokenUses([{ ...none, id: crypto.randomUUID(), address: "10.0.0.1", at: 0 }], []);
});

test("no more networks and refusals are remembered than are worth it", async () => {
  const { id } = await tokenOf(cast.ben, ["Tasks"]);
  const one = { ...none, id };
  const uses = Array.from({ length: 130 }, (_, n) => ({ ...one, address: `10.${n}.0.1`, at: Date.now() - n * 1000 }));
  const refusals = Array.from({ length: 30 }, (_, n) => ({
    ...one,
    code: `address_logged 10.0.0.${n}`,
    at: Date.now(),
  }));
  await writeTokenUses(uses, refusals);
  const kinds = "select kind, count(*)::int from token_uses where token_id = $1 group by kind order by kind";
  expect(await sql(kinds, id)).toEqual([
    { kind: "network", count: 100 },
    { kind: "refusal", count: 20 },
  ]);
});

test("what it is refused over compatible APIs is told too", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
  const headers = { "user-agent": "curl/8.5.0" };
  const at = (path: string, credential: Record<string, string>) =>
    api.request(path, { headers: { ...headers, ...credential } });
  expect((await at("/pro/user-manager/v1/user/@current/api-key", { apikey: secret })).status).toBe(403);
  expect((await at("/userservice/v1/users", { authorization: `mxtoken ${secret}` })).status).toBe(403);
  expect((await at("/userservice/v1/nowhere", { authorization: `mxtoken ${secret}` })).status).toBe(404);
  await writeUsage();
  const { refusals } = await usageOf(cast.ben, id);
  expect(refusals.map(({ code, count }) => [code, count]).sort()).toEqual([
    ["forbidden", 1],
    ["insufficient_scope", 1],
  ]);
});

test("what cannot be written of one kind of use takes nothing from the others", async () => {
  const session = await sessionOf(cast.ben);
  const [row] = await sql<{ id: string }>(
    "update sessions set last_seen_at = now() - interval '1 day' where secret_hash = $1 returning id",
    hashSecret(session),
  );
  noteTokenUse("no id", "198.51.100.4", "curl/8.5.0");
  noteSessionUse(String(row?.id));
  await expect(writeUsage()).rejects.toThrow();
  const seen = "select last_seen_at > now() - interval '1 hour' as recently from sessions where id = $1";
  expect(await sql(seen, row?.id)).toEqual([{ recently: true }]);
  await writeUsage();
});
