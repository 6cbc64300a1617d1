import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import {
  account,
  type Cast,
  grant,
  openStage,
  type Person,
  person,
  type RoleName,
  sql,
  takeRoles,
} from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { createToken } from "./create.ts";
import { revokeToken } from "./revoke.ts";
import { writeUsage } from "./usage/record.ts";

let cast: Cast;
let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  [api, replica] = [await openTestApi(), await startReplica(cast.url)];
});

const someone = () => person(cast.here, ["Member"]);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const refusedField = (field: string, code: string) => ({
  status: 422,
  details: { errors: [{ pointer: `/${field}`, code }] },
});
const tokenActs = ["list", "get", "create", "update", "delete"];
const status = async (secret: string, path = "/tokens/verify", at = api) =>
  (await at.request(`/api/v1${path}`, { headers: bearer(secret) })).status;

describe("a token's rights", () => {
  test("are its scopes cut with what its owner may at this moment, in every process", async () => {
    const who = await someone();
    await grant(who.id, "Read Only");
    const { secret } = await tokenOf(who, ["read-only"]);
    expect([await status(secret, "/users"), await status(secret, "/users", replica)]).toEqual([200, 200]);
    await takeRoles(who.id);
    expect([await status(secret, "/users"), await status(secret, "/users", replica)]).toEqual([403, 403]);
    await grant(who.id, "Read Only");
    expect([await status(secret, "/users"), await status(secret, "/users", replica)]).toEqual([200, 200]);
  });

  test("are named when they do not reach: the scopes that would, or who denied it", async () => {
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    const scopeless = await api.request("/api/v1/me", { headers: bearer(secret) });
    expect(scopeless.body).toMatchObject({
      code: "insufficient_scope",
      required: "portal:own:get:profile",
      scopes: expect.arrayContaining(["profile:read", "profile:write", "read-only"]),
    });
    await sql(`insert into roles (name, permissions) values ('Auditor', '{"portal:own:get:*": "denied"}')`);
    const who = await someone();
    const reader = await tokenOf(who, ["profile:read"]);
    await grant(who.id, "Auditor");
    const denied = await api.request("/api/v1/me", { headers: bearer(reader.secret) });
    expect([denied.status, denied.body]).toMatchObject([403, { code: "forbidden", deniedBy: "Auditor" }]);
  });

  test("are shown as they are decided", async () => {
    const { secret } = await tokenOf(cast.ben, ["profile:write", "APIKey"]);
    const { body } = await api.request("/api/v1/tokens/verify", { headers: bearer(secret) });
    expect(body).toMatchObject({
      kind: "token",
      owner: { id: cast.ben.id },
      account: { id: cast.here, name: "Quarry" },
      scopes: ["profile:write", "APIKey"],
      permissions: {
        "portal:own:get:profile": "allowed",
        "portal:own:update:profile": "allowed",
        ...Object.fromEntries(tokenActs.map((act) => [`portal:own:${act}:token`, "allowed"])),
      },
    });
  });

  test("never reach what only a person may", async () => {
    const { secret } = await tokenOf(cast.ada, ["APIKey", "profile:write", "read-only", "Account", "User", "Secret"]);
    const body = json({ currentPassword: cast.ada.password, newPassword: "Copper-Lantern-83" }, bearer(secret));
    const changed = await api.request("/api/v1/me/password", { method: "PUT", ...body });
    const ended = await api.request("/api/v1/sessions/current", { method: "DELETE", headers: bearer(secret) });
    expect([changed.field("code"), ended.field("code")]).toEqual(["session_required", "session_required"]);
  });
});

describe("a token that makes tokens", () => {
  const makes = async (who: Person, scopes: string[], input: object, expiresAt?: string) => {
    const { secret } = await tokenOf(who, scopes, { expiresAt });
    return execute(createToken, callerWith(bearer(secret)), { name: `made ${crypto.randomUUID()}`, ...input });
  };

  test("makes one of fewer scopes, which says what made it", async () => {
    const { output } = await makes(cast.ben, ["APIKey", "Tasks"], { scopes: ["Tasks"] });
    expect([output.scopes, output.createdBy.byToken]).toEqual([["Tasks"], expect.any(String)]);
    expect(await status(output.secret)).toBe(200);
  });

  const beyond: [what: string, input: object, field: string, code: string][] = [
    ["a scope it does not hold", { scopes: ["Tasks", "PublishApp"] }, "scopes", "beyond_own"],
    ["its own power to make tokens", { scopes: ["APIKey"] }, "scopes", "beyond_own"],
    ["a later end than its own", { scopes: ["Tasks"], expiresAt: inDays(11) }, "expiresAt", "too_late"],
  ];

  test.each(beyond)("cannot give %s", async (_, input, field, code) => {
    await expect(makes(cast.ben, ["APIKey", "Tasks"], input, inDays(10))).rejects.toMatchObject({
      code: "privilege_escalation",
      status: 403,
      details: { errors: [{ pointer: `/${field}`, code }] },
    });
  });

  test("cannot give no end, where tokens may have none and itself has one", async () => {
    const who = await person(await account("Forever"), ["Member"]);
    await sql("update accounts set tokens_may_live_forever = true where id = $1", who.accountId);
    const making = makes(who, ["APIKey", "Tasks"], { scopes: ["Tasks"], expiresAt: null }, inDays(10));
    await expect(making).rejects.toMatchObject({
      code: "privilege_escalation",
      details: { errors: [{ pointer: "/expiresAt", code: "too_late" }] },
    });
  });

  describe("where the account's policy lets it give whatever its owner may", () => {
    const inOwners = async (roles: RoleName[] = ["Member"]) => {
      const accountId = await account("Owners");
      const who = await person(accountId, roles);
      await sql("update accounts set keys_may_create_keys = 'owner', token_max_days = 90 where id = $1", accountId);
      return who;
    };

    test("replaces itself for ever: with its own scopes, to the longest end", async () => {
      const who = await inOwners();
      const { output } = await makes(who, ["APIKey"], { scopes: ["APIKey"], expiresAt: inDays(90) }, inDays(1));
      const next = { name: "the one after", scopes: ["APIKey", "Tasks", "profile:read"] };
      const made = await execute(createToken, callerWith(bearer(output.secret)), next);
      expect(made.output.expiresAt?.slice(0, 10)).toBe(inDays(30).slice(0, 10));
      expect(await status(made.output.secret, "/me")).toBe(200);
    });

    test("gives nothing that its owner may not give, no later end, and no wider bounds than its own", async () => {
      const who = await inOwners();
      const by = (input: object) => makes(who, ["APIKey"], input, inDays(1));
      await expect(by({ scopes: ["gateways"] })).rejects.toMatchObject(refusedField("scopes", "not_yours"));
      const late = { scopes: ["Tasks"], expiresAt: inDays(91) };
      await expect(by(late)).rejects.toMatchObject(refusedField("expiresAt", "too_late"));
      await expect(by({ scopes: ["Tasks"], expiresAt: null })).rejects.toMatchObject(
        refusedField("expiresAt", "required"),
      );
      const { secret, id } = await tokenOf(who, ["APIKey"]);
      await sql("update tokens set per_minute = 60 where id = $1", id);
      const wider = { name: "wider", scopes: ["Tasks"], rateLimitPerMinute: 61 };
      await expect(execute(createToken, callerWith(bearer(secret)), wider)).rejects.toMatchObject({
        code: "privilege_escalation",
      });
    });

    test("is held to its scopes in all else, and gives less again once the policy is taken back", async () => {
      const who = await inOwners(["Administrator"]);
      const { secret } = await tokenOf(who, ["APIKey"]);
      expect(await status(secret, "/users")).toBe(403);
      const make = (name: string) => execute(createToken, callerWith(bearer(secret)), { name, scopes: ["users"] });
      await make("one");
      await sql("update accounts set keys_may_create_keys = 'narrower' where id = $1", who.accountId);
      await expect(make("other")).rejects.toMatchObject({ code: "privilege_escalation" });
    });
  });

  test("needs the scope for it", async () => {
    const input = { scopes: ["Tasks"] };
    await expect(makes(cast.ada, ["Tasks", "read-only"], input)).rejects.toMatchObject({ code: "insufficient_scope" });
  });
});

describe("a revoked token", () => {
  test("is refused by every process from the next request on", async () => {
    for (let round = 0; round < rounds(1000); round++) {
      const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
      const [one, other] = round % 2 ? [api, replica] : [replica, api];
      expect(await status(secret, "/tokens/verify", other)).toBe(200);
      const headers = bearer(await sessionOf(cast.ben));
      expect((await one.request(`/api/v1/me/tokens/${id}`, { method: "DELETE", headers })).status).toBe(204);
      expect(await status(secret, "/tokens/verify", other)).toBe(401);
    }
  });

  test("stays on the list with who ended it, when and why, and cannot be revoked again", async () => {
    const who = await someone();
    const { id } = await tokenOf(who, ["Tasks"]);
    await execute(revokeToken, await asPerson(who), { id });
    const headers = bearer(await sessionOf(who));
    const seen = await api.request(`/api/v1/me/tokens/${id}`, { headers });
    expect(seen.body).toMatchObject({ live: false, status: "revoked", endedReason: "revoked", endedBy: who.username });
    await expect(execute(revokeToken, await asPerson(who), { id })).rejects.toMatchObject({ code: "token_ended" });
  });
});

test("the last use is written: when, from where and by what", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
  const agent = `curl/8 ${"x".repeat(400)}`;
  await api.request("/api/v1/tokens/verify", { headers: { ...bearer(secret), "user-agent": agent } });
  await writeUsage();
  const used = `select last_used_at between now() - interval '1 minute' and now() as now, last_used_address as address,
    last_used_agent as agent from tokens where id = $1`;
  expect(await sql(used, id)).toEqual([{ now: true, address: "127.0.0.1", agent: agent.slice(0, 300) }]);
});

test("a use that was refused is none", async () => {
  const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
  await sql("update tokens set expires_at = now() where id = $1", id);
  await status(secret);
  await writeUsage();
  expect(await sql("select last_used_at from tokens where id = $1", id)).toEqual([{ last_used_at: null }]);
});
