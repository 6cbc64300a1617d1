import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { account, type Cast, grant, openStage, type Person, person, sql, takeRoles, tokenRow } from "#tests/cast.ts";
import { asPerson, bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { createToken } from "./create.ts";
import { revokeToken } from "./revoke.ts";
import { updateToken } from "./update.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

const someone = () => person(cast.here, ["Member"]);
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
const create = async (who: Person, input: object) => execute(createToken, await asPerson(who), input);
const refusedField = (field: string, code: string) => ({
  status: 422,
  details: { errors: [{ pointer: `/${field}`, code }] },
});
const valid = { name: "ci", scopes: ["profile:read"] };

describe("a new token", () => {
  test("is shown once, ends in 30 days, and is known by its hash alone", async () => {
    const who = await someone();
    const { secret, id, expiresAt, preview } = await tokenOf(who, ["profile:read"]);
    expect([secret, preview]).toEqual([expect.stringMatching(/^lk_pat_\w{49}$/), `lk_pat_…${secret.slice(-4)}`]);
    expect(Math.abs(Date.parse(String(expiresAt)) - Date.now() - 30 * day)).toBeLessThan(60_000);
    const seen = await api.request(`/api/v1/me/tokens/${id}`, { headers: bearer(await sessionOf(who)) });
    expect(seen.text).not.toContain(secret.slice(7, 20));
    const [kept] = await sql<{ text: string }>("select t::text as text from tokens t where id = $1", id);
    expect(kept?.text).not.toContain(secret.slice(7, 20));
  });

  const bad: [what: string, input: object, field: string, code: string][] = [
    ["no scope", { scopes: [] }, "scopes", "too_small"],
    ["a scope that is not there", { scopes: ["Tasks", "Everything"] }, "scopes", "unknown_scope"],
    ["a scope's name in another case", { scopes: ["tasks"] }, "scopes", "unknown_scope"],
    ["an empty name", { name: "  " }, "name", "too_small"],
    ["a name of 101", { name: "x".repeat(101) }, "name", "too_big"],
    ["a name in two lines", { name: "a\nb" }, "name", "invalid_format"],
    ["a description of 501", { description: "x".repeat(501) }, "description", "too_big"],
    ["an end in the past", { expiresAt: inDays(-1) }, "expiresAt", "in_the_past"],
    ["an end beyond the account's 365 days", { expiresAt: inDays(366) }, "expiresAt", "too_late"],
    ["no end", { expiresAt: null }, "expiresAt", "required"],
    ["an end without a zone", { expiresAt: "2030-01-01T00:00:00" }, "expiresAt", "invalid_format"],
    ["a date", { expiresAt: "2030-01-01" }, "expiresAt", "invalid_format"],
  ];

  test.each(bad)("is refused with %s", async (_, input, field, code) => {
    await expect(create(cast.ben, { ...valid, ...input })).rejects.toMatchObject(refusedField(field, code));
  });

  test("may live as long as the account's policy says, to the day", async () => {
    const who = await person(await account("Strict"), ["Member"]);
    await sql("update accounts set token_max_days = 7 where id = $1", who.accountId);
    await expect(create(who, { ...valid, expiresAt: inDays(8) })).rejects.toMatchObject(
      refusedField("expiresAt", "too_late"),
    );
    expect((await create(who, { ...valid, expiresAt: inDays(7) })).output.live).toBe(true);
  });

  test("may live for ever only where the account allows it", async () => {
    const who = await person(await account("Lenient"), ["Member"]);
    await sql("update accounts set tokens_may_live_forever = true where id = $1", who.accountId);
    const { secret, expiresAt } = await tokenOf(who, ["Tasks"], { expiresAt: null });
    const answer = await api.request("/api/v1/tokens/verify", { headers: bearer(secret) });
    expect([expiresAt, answer.headers["x-token-expires"]]).toEqual([null, "never"]);
  });

  test("takes scopes only of which the owner's roles allow something", async () => {
    const who = await someone();
    await takeRoles(who.id);
    await sql("insert into roles (name, permissions) values ('Maker', $1) on conflict do nothing", {
      "portal:own:create:token": "allowed",
    });
    await grant(who.id, "Maker");
    await expect(create(who, { ...valid, scopes: ["PublishApp"] })).rejects.toMatchObject(
      refusedField("scopes", "not_yours"),
    );
  });
});

describe("a start", () => {
  test("is when it begins to open anything, and nothing before", async () => {
    const [start, end] = [inDays(1), inDays(2)];
    const { secret, id, status, expiresAt } = await tokenOf(cast.ben, ["Tasks"], { startsAt: start, expiresAt: end });
    expect([status, expiresAt]).toEqual(["not_started", end]);
    const verify = () => api.request("/api/v1/tokens/verify", { headers: bearer(secret) });
    const early = await verify();
    expect([early.status, early.field("code"), early.field("detail")]).toEqual([
      401,
      "token_not_yet_valid",
      `This token is good from ${start} on.`,
    ]);
    await sql("update tokens set starts_at = now() where id = $1", id);
    expect((await verify()).status).toBe(200);
  });

  test("comes before its end, which is 30 days later unless told otherwise", async () => {
    const { expiresAt } = await tokenOf(cast.ben, ["Tasks"], { startsAt: inDays(10) });
    expect(Math.round((Date.parse(String(expiresAt)) - Date.now()) / day)).toBe(40);
    const late = create(cast.ben, { ...valid, startsAt: inDays(3), expiresAt: inDays(2) });
    await expect(late).rejects.toMatchObject(refusedField("startsAt", "too_late"));
  });
});

describe("a name", () => {
  test("is used by one live token of a person, in whatever case", async () => {
    const [who, other] = [await someone(), await someone()];
    await create(who, { ...valid, name: "Deploy" });
    await expect(create(who, { ...valid, name: "deploy" })).rejects.toMatchObject({ status: 409, code: "conflict" });
    expect((await create(other, { ...valid, name: "deploy" })).output.name).toBe("deploy");
  });

  test("is free again once its token is revoked, or has expired", async () => {
    const who = await someone();
    for (const end of ["revoke", "expire", "keep"]) {
      const { output } = await create(who, { ...valid, name: "deploy" });
      if (end === "revoke") await execute(revokeToken, await asPerson(who), { id: output.id });
      if (end === "expire") await sql("update tokens set expires_at = now() where id = $1", output.id);
    }
    const ended = await sql("select ended_reason from tokens where user_id = $1 order by created_at", who.id);
    expect(ended.map(({ ended_reason }) => ended_reason)).toEqual(["revoked", "expired", null]);
  });

  test("of two at once is used by one", async () => {
    const who = await someone();
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => create(who, valid)));
    expect(made.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });

  test("can be given to another token under the same rules", async () => {
    const who = await someone();
    const [one, other] = [(await create(who, { ...valid, name: "one" })).output, (await create(who, valid)).output];
    const rename = async (name: string) => execute(updateToken, await asPerson(who), { id: other.id, name });
    await expect(rename("ONE")).rejects.toMatchObject({ status: 409, code: "conflict" });
    await sql("update tokens set expires_at = now() where id = $1", one.id);
    expect((await rename("ONE")).output.name).toBe("ONE");
  });
});

describe("500 live tokens are the most there may be", () => {
  const fill = async (who: Person, count: number) => {
    for (let n = 0; n < count; n++) await tokenRow(who);
  };

  test("also when the last ones are made at once", async () => {
    const who = await someone();
    await fill(who, 497);
    const made = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => create(who, { ...valid, name: `n${n}` })),
    );
    const [live] = await sql("select count(*)::int as n from tokens where user_id = $1", who.id);
    expect([live, made.filter((one) => one.status === "fulfilled").length]).toEqual([{ n: 500 }, 3]);
    const refused = made.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(["limit_reached"]));
  });

  test("ended ones do not count", async () => {
    const who = await someone();
    await fill(who, 500);
    await sql("update tokens set expires_at = now() where user_id = $1", who.id);
    expect((await create(who, valid)).output.live).toBe(true);
  });
});
