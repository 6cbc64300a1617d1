import { beforeAll, describe, expect, test, vi } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { updateToken } from "#lib/tokens/update.ts";
import { type Cast, handedOut, openStage, type Person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { createToken } from "./create.ts";
import { writeUsage } from "./usage/record.ts";

let cast: Cast;
let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  vi.stubEnv("TRUSTED_PROXIES", "127.0.0.0/8");
  cast = await openStage();
  api = await openTestApi();
  replica = await startReplica(cast.url);
});

type Bounds = { allowedAddresses?: string[]; addressMode?: "enforce" | "log"; rateLimitPerMinute?: number | null };

async function make(who: Person, bounds: Bounds, scopes = ["Tasks"]) {
  const { output } = await execute(createToken, await asPerson(who), { name: crypto.randomUUID(), scopes, ...bounds });
  handedOut.add(output.secret);
  return output;
}

const from = (secret: string, address: string, at: TestApi = api) =>
  at.request("/api/v1/tokens/verify", { headers: { ...bearer(secret), "x-forwarded-for": address } });

const refusalsOf = (id: string) =>
  sql("select what, count::int from token_uses where token_id = $1 and kind = 'refusal' order by what", id);

test("a token keeps its networks in one spelling, each once", async () => {
  const { allowedAddresses } = await make(cast.ben, { allowedAddresses: ["::ffff:10.0.0.0/104", "10.0.0.0/8"] });
  expect(allowedAddresses).toEqual(["10.0.0.0/8"]);
});

test("what is no network is said of its entry", async () => {
  const errors = [{ pointer: "/allowedAddresses/1", message: expect.stringContaining("10.0.0.0/8") }];
  await expect(make(cast.ben, { allowedAddresses: ["10.0.0.1", "10.0.0.1/8"] })).rejects.toMatchObject({
    code: "invalid_fields",
    details: { errors },
  });
});

describe("a token with addresses", () => {
  test("opens from them alone; elsewhere it is told which address was seen, and so is its owner's log", async () => {
    const { secret, id } = await make(cast.ben, { allowedAddresses: ["198.51.100.0/24", "2001:db8::/32"] });
    for (const inside of ["198.51.100.9", "::ffff:198.51.100.9", "2001:db8:9::1"])
      expect((await from(secret, inside)).status).toBe(200);
    expect((await from(secret, "nonsense")).status).toBe(400);
    for (const outside of ["198.51.101.9", "2001:db9::1", "198.51.100.9, 203.0.113.5"]) {
      const answer = await from(secret, outside);
      expect([outside, answer.status, answer.field("code")]).toEqual([outside, 403, "address_not_allowed"]);
    }
    expect((await from(secret, "203.0.113.77")).field("detail")).toContain("203.0.113.77");
    await writeUsage();
    expect(await refusalsOf(id)).toContainEqual({ what: "address_not_allowed 203.0.113.77", count: 1 });
    const logged = "select count(*)::int from audit_entries where code = 'address_not_allowed' and actor_id = $1";
    expect(await sql(logged, cast.ben.id)).toEqual([{ count: 3 }]);
  });

  test("in log mode opens from everywhere, and is put on record", async () => {
    const { secret, id } = await make(cast.ben, { allowedAddresses: ["198.51.100.7"], addressMode: "log" });
    expect((await from(secret, "198.51.100.7")).status).toBe(200);
    expect((await from(secret, "203.0.113.5")).status).toBe(200);
    await writeUsage();
    expect(await refusalsOf(id)).toEqual([{ what: "address_logged 203.0.113.5", count: 1 }]);
  });

  test("is refused at the next request once its address is taken away, by every process", async () => {
    const { secret, id } = await make(cast.ben, { allowedAddresses: ["198.51.100.7"] });
    const change = (list: string) => sql(`update tokens set allowed_addresses = '{${list}}' where id = $1`, id);
    for (let round = 0; round < rounds(1000); round++) {
      const at = round % 2 ? api : replica;
      await change("198.51.100.7");
      expect((await from(secret, "198.51.100.7", at)).status).toBe(200);
      await change("203.0.113.0/24");
      expect((await from(secret, "198.51.100.7", at)).status).toBe(403);
    }
  });

  test("makes only tokens for addresses of its own, and those if none are named", async () => {
    const { secret } = await make(cast.ben, { allowedAddresses: ["127.0.0.0/8"], rateLimitPerMinute: 5000 }, [
      "APIKey",
      "Tasks",
    ]);
    const makes = (bounds: Bounds) =>
      execute(createToken, callerWith(bearer(secret)), { name: crypto.randomUUID(), scopes: ["Tasks"], ...bounds });
    const { output } = await makes({});
    expect(output).toMatchObject({
      allowedAddresses: ["127.0.0.0/8"],
      addressMode: "enforce",
      rateLimitPerMinute: 5000,
    });
    expect((await makes({ allowedAddresses: ["127.0.0.1"] })).output.allowedAddresses).toEqual(["127.0.0.1"]);
    const wider: Bounds[] = [
      { allowedAddresses: [] },
      { allowedAddresses: ["127.0.0.1", "10.0.0.1"] },
      { addressMode: "log" },
      { rateLimitPerMinute: 5001 },
      { rateLimitPerMinute: null },
    ];
    for (const bounds of wider)
      await expect(makes(bounds)).rejects.toMatchObject({ details: { errors: [{ code: "beyond_own" }] } });
  });
});

describe("a token that is there", () => {
  const update = (who: Parameters<typeof execute>[1], id: string, bounds: Bounds) =>
    execute(updateToken, who, { id, ...bounds }).then(({ output }) => output);
  const stale = async () => {
    const session = await sessionOf(cast.ben);
    await sql("update sessions set fresh_until = now() where user_id = $1", cast.ben.id);
    return callerWith(bearer(session));
  };
  const wide: Bounds = { allowedAddresses: ["10.0.0.0/8"], addressMode: "enforce", rateLimitPerMinute: 60 };

  const narrower: Bounds[] = [
    { allowedAddresses: ["10.1.0.0/16", "10.2.3.4"] },
    { rateLimitPerMinute: 59 },
    { allowedAddresses: ["10.0.0.0/8"], addressMode: "enforce" },
  ];
  test.each(narrower)("is bound more narrowly, %j, without more ado", async (bounds) => {
    const { id } = await make(cast.ben, wide);
    expect(await update(await stale(), id, bounds)).toMatchObject({ ...wide, ...bounds, widened: false });
  });

  const wider: Bounds[] = [
    { allowedAddresses: [] },
    { allowedAddresses: ["10.0.0.0/8", "192.0.2.1"] },
    { allowedAddresses: ["10.0.0.0/7"] },
    { addressMode: "log" },
    { rateLimitPerMinute: 61 },
    { rateLimitPerMinute: null },
  ];
  test.each(wider)("gets more, %j, from a person who has proven themselves, and from no token", async (bounds) => {
    const { id } = await make(cast.ben, wide);
    await expect(update(await stale(), id, bounds)).rejects.toMatchObject({ code: "step_up_required" });
    const { secret } = await tokenOf(cast.ben, ["APIKey"]);
    await expect(update(callerWith(bearer(secret)), id, bounds)).rejects.toMatchObject({ code: "session_required" });
    expect(await update(await asPerson(cast.ben), id, bounds)).toMatchObject({ ...wide, ...bounds, widened: true });
  });

  test("that is good from anywhere is bound to addresses freely, also where they are required", async () => {
    const { id } = await make(cast.dan, {});
    await sql("update accounts set token_addresses_required = true where id = $1", cast.there);
    const bounds = { allowedAddresses: ["192.0.2.1"] };
    expect(await update(await asPerson(cast.dan), id, bounds)).toMatchObject({ ...bounds, widened: false });
    await expect(update(await asPerson(cast.dan), id, { allowedAddresses: [] })).rejects.toMatchObject({
      details: { errors: [{ pointer: "/allowedAddresses", code: "required" }] },
    });
  });
});

describe("a token of so many requests a minute", () => {
  test("gets no more than that from all processes together, and is told when to come back", async () => {
    const { secret, id } = await make(cast.ben, { rateLimitPerMinute: 6 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => from(secret, "198.51.100.7", n % 2 ? api : replica)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(6).fill(200), ...Array(14).fill(429)]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused?.headers["ratelimit-policy"]).toBe('"token";q=6;w=60');
    await sql("update tokens set per_minute = 100 where id = $1", id);
    expect((await from(secret, "198.51.100.7")).status).toBe(200);
  });

  test("is not counted when it has no such limit", async () => {
    const counted = () => sql("select count(*)::int from budgets where key like 'token:%'");
    const before = await counted();
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    await from(secret, "198.51.100.7");
    expect(await counted()).toEqual(before);
  });
});
