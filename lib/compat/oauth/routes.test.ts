import { beforeAll, describe, expect, test } from "vitest";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { env } from "#lib/env.ts";
import { writeUsage } from "#lib/tokens/usage/record.ts";
import {
  account,
  type Cast,
  grant,
  handedOut,
  manage,
  openStage,
  type Person,
  person,
  sql,
  takeRoles,
} from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { apiTokenOf, apiUserRow } from "#tests/samples/api-users.ts";
import { gatewayOf } from "#tests/samples/gateways.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

type Gateway = { id: string; secret: string };

let cast: Cast;
let api: TestApi;
let other: TestApi;
let gateway: Gateway;
let foreign: Gateway;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  other = await startReplica(cast.url);
  gateway = await gatewayOf(cast.here, "api");
  foreign = await gatewayOf(cast.there, "theirs");
});

const basic = ({ id, secret }: Gateway) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const form = { "content-type": "application/x-www-form-urlencoded" };

function post(path: string, fields: Record<string, string>, by?: Gateway, at = api) {
  const body = new URLSearchParams(fields).toString();
  return at.request(path, { method: "POST", headers: { ...form, ...(by && basic(by)) }, body });
}

const introspect = (token: string, by: Gateway | undefined = gateway, more = {}, at = api) =>
  post("/oauth2/introspect", { token, ...more }, by, at);
const revoke = (token: string, by?: Gateway) => post("/oauth2/revoke", { token }, by);

/** Multiplies every budget, from now on. */
function allow(factor: number) {
  env().RATE_LIMIT_FACTOR = factor;
  Object.assign(globalThis, { latchkeyLimiters: undefined });
}

const inactive = { active: false };

describe("introspection (RFC 7662)", () => {
  test("tells a gateway who a live token speaks for, until when, and what it may do", async () => {
    const token = await tokenOf(cast.ben, ["Tasks", "profile:read"]);
    const answer = await introspect(token.secret);
    expect([answer.status, answer.headers["content-type"], answer.headers["cache-control"]]).toEqual([
      200,
      "application/json",
      "private, no-store",
    ]);
    expect(answer.body).toEqual({
      active: true,
      scope: "Tasks profile:read",
      token_type: "Bearer",
      username: "ben",
      sub: cast.ben.id,
      iss: env().APP_URL,
      jti: token.id,
      iat: Math.floor(Date.parse(token.createdAt) / 1000),
      exp: Math.floor(Date.parse(String(token.expiresAt)) / 1000),
      account_id: cast.here,
      permissions: { "portal:own:get:profile": "allowed", "pro:own:*:task": "allowed" },
    });
  });

  test("tells only what the owner's roles allow at present", async () => {
    const who = await person(cast.here, ["Member", "Administrator"]);
    const { secret } = await tokenOf(who, ["users", "Tasks"]);
    expect((await introspect(secret)).field("scope")).toBe("users Tasks");
    await takeRoles(who.id);
    await grant(who.id, "Member");
    const { body } = await introspect(secret);
    expect(body).toMatchObject({ active: true, scope: "Tasks", permissions: { "pro:own:*:task": "allowed" } });
  });

  test("of what is no live token here, all are told the same", async () => {
    const ofOthers = await tokenOf(cast.dan, ["Tasks"]);
    const below = await account("Below");
    await manage(cast.here, below);
    const ofManaged = await tokenOf(await person(below, ["Administrator"]), ["Tasks"]);
    const whole = mintSecret("pat");
    for (const none of [
      ...[ofOthers.secret, ofManaged.secret, whole, whole.slice(0, -1), "nonsense", "\u0000", "x".repeat(4000)],
      ...[await sessionOf(cast.ada), gateway.secret, mintSecret("lnk")],
    ]) {
      const answer = await introspect(none);
      expect([none, answer.status, answer.body]).toEqual([none, 200, inactive]);
    }
    expect((await introspect(ofOthers.secret, foreign)).body).toMatchObject({ active: true });
  });

  test.each<[string, (who: Person, id: string) => Promise<unknown>]>([
    ["it expired", (_, id) => sql("update tokens set expires_at = now() where id = $1", id)],
    [
      "it was revoked",
      (_, id) => sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", id),
    ],
    ["its owner was switched off", ({ id }) => sql("update users set active = false where id = $1", id)],
    ["its owner was locked", ({ id }) => sql("update users set locked_until = 'infinity' where id = $1", id)],
    [
      "its owner gets notifications only",
      ({ id }) => sql("update users set notifications_only = true where id = $1", id),
    ],
    ["its owner is gone", ({ id }) => sql("delete from users where id = $1", id)],
  ])("a token is not active any more, at once and in every process, when %s", async (_, happens) => {
    const who = await person(cast.here, ["Member"]);
    const { secret, id } = await tokenOf(who, ["Tasks"]);
    for (const at of [api, other])
      expect((await introspect(secret, gateway, {}, at)).body).toMatchObject({ active: true });
    await happens(who, id);
    for (const at of [api, other]) expect((await introspect(secret, gateway, {}, at)).body).toEqual(inactive);
  });

  test("a token that is bound to addresses is active for a client from there alone, which the gateway has to tell", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    await sql("update tokens set allowed_addresses = '{198.51.100.0/24,127.0.0.1}' where id = $1", id);
    const from = async (address?: string) =>
      (await introspect(secret, gateway, address === undefined ? {} : { client_address: address })).field("active");
    expect(await from("198.51.100.7")).toBe("true");
    expect(await from("::ffff:198.51.100.7")).toBe("true");
    for (const elsewhere of ["198.51.101.7", "2001:db8::1", "nonsense", "198.51.100.7, 1.1.1.1", "", undefined])
      expect([elsewhere, await from(elsewhere)]).toEqual([elsewhere, "false"]);
  });

  test("what an API user got for signing in is asked about in the same way; it has no scopes", async () => {
    const user = await apiUserRow(cast.here);
    const token = await apiTokenOf(user);
    const { body } = await introspect(token);
    expect(body).toMatchObject({ active: true, sub: user.id, username: user.login, account_id: cast.here });
    expect(body).not.toHaveProperty("scope");
    expect((await introspect(token, foreign)).body).toEqual(inactive);
    await sql("update api_users set active = false where id = $1", user.id);
    expect((await introspect(token)).body).toEqual(inactive);
  });

  test("a token's own rate holds here, too", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    await sql("update tokens set per_minute = 2 where id = $1", id);
    allow(1);
    const statuses = [await introspect(secret), await introspect(secret), await introspect(secret)];
    allow(1000);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(statuses[2]?.headers["retry-after"]).toMatch(/^\d+$/);
  });

  test("a previous secret is active until its end; after it, asking about it ends the token with all its secrets", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    const former = mintSecret("pat");
    await sql(
      `insert into replaced_secrets (secret_hash, token_id, account_id, last_four, ends_at)
       values ($1, $2, $3, 'abcd', now() + interval '1 hour')`,
      hashSecret(former),
      id,
      cast.here,
    );
    expect((await introspect(former)).body).toMatchObject({ active: true, jti: id });
    await sql("update replaced_secrets set ends_at = now() where token_id = $1", id);
    expect((await introspect(secret)).body).toMatchObject({ active: true });
    expect((await introspect(former)).body).toEqual(inactive);
    expect((await introspect(secret)).body).toEqual(inactive);
  });

  test(`revoked means refused, in another process: ${rounds(1000)} rounds`, async () => {
    for (let round = 0; round < rounds(1000); round++) {
      const { secret } = await tokenOf(cast.ben, ["Tasks"]);
      expect((await introspect(secret, gateway, {}, other)).body).toMatchObject({ active: true });
      await revoke(secret);
      expect((await introspect(secret, gateway, {}, other)).body).toEqual(inactive);
    }
  });

  test.each<[string, () => Record<string, string>]>([
    ["nobody", () => ({})],
    ["a wrong secret", () => basic({ ...gateway, secret: mintSecret("gtw") })],
    ["a mistyped secret", () => basic({ ...gateway, secret: "nonsense" })],
    ["another gateway's id", () => basic({ ...gateway, id: foreign.id })],
    ["no id", () => basic({ ...gateway, id: "" })],
    ["half a header", () => ({ authorization: "Basic" })],
    ["no colon", () => ({ authorization: `Basic ${Buffer.from(gateway.secret).toString("base64")}` })],
    ["the secret as a bearer", () => bearer(gateway.secret)],
    ["the secret of a token", () => basic({ ...gateway, secret: mintSecret("pat") })],
  ])("%s is invalid_client: 401 with how to prove oneself", async (_, headers) => {
    const body = new URLSearchParams({ token: mintSecret("pat") }).toString();
    const answer = await api.request("/oauth2/introspect", {
      method: "POST",
      headers: { ...form, ...headers() },
      body,
    });
    expect([answer.status, answer.field("error"), answer.headers["www-authenticate"]]).toEqual([
      401,
      "invalid_client",
      'Basic realm="Latchkey"',
    ]);
  });

  test("a gateway that was deleted, or whose account was closed, is told nothing more", async () => {
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    const gone = await gatewayOf(cast.here);
    expect((await introspect(secret, gone)).status).toBe(200);
    await sql("delete from gateways where id = $1", gone.id);
    for (const at of [api, other]) expect((await introspect(secret, gone, {}, at)).status).toBe(401);
    const shut = await account("Shut");
    const theirs = await gatewayOf(shut);
    await sql("update accounts set active = false where id = $1", shut);
    expect((await introspect(secret, theirs)).status).toBe(401);
  });

  test("wrong secrets are counted: thirty from one address, then 429", async () => {
    allow(1);
    const guess = () => introspect("x", { ...gateway, secret: mintSecret("gtw") });
    const statuses: number[] = [];
    for (let turn = 0; turn < 32; turn++) statuses.push((await guess()).status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(30);
    expect((await guess()).headers["retry-after"]).toMatch(/^\d+$/);
    // Those who have theirs do not wait for those who guess.
    expect((await introspect("x")).status).toBe(200);
    allow(1000);
    await sql("delete from budgets where key like 'gateway%'");
  });

  test("id and secret may be form-encoded behind Basic, and the id in capitals (RFC 6749, 2.3.1)", async () => {
    const id = gateway.id.toUpperCase().replaceAll("-", "%2D");
    expect((await introspect("x", { ...gateway, id })).body).toEqual(inactive);
  });

  const inForm = ({ id, secret }: Gateway) => ({ client_id: id, client_secret: secret });

  test("id and secret may stand in the form instead (client_secret_post, RFC 6749, 2.3.1)", async () => {
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    const asked = (more: Record<string, string>) => post("/oauth2/introspect", { token: secret, ...more });
    expect((await asked(inForm(gateway))).body).toMatchObject({ active: true, username: "ben" });
    expect((await asked(inForm(foreign))).body).toEqual(inactive);
    // They stand there as they are: decoded with the form, and not once more.
    const twice = { client_id: gateway.id.replaceAll("-", "%2D"), client_secret: gateway.secret };
    const bad: Record<string, string>[] = [
      { ...inForm(gateway), client_secret: "x" },
      { client_secret: gateway.secret },
      twice,
      {},
    ];
    for (const wrong of bad) {
      const answer = await asked(wrong);
      expect([answer.status, answer.field("error")]).toEqual([401, "invalid_client"]);
    }
  });

  test.each(["/oauth2/introspect", "/oauth2/revoke"])(
    "%s takes one of the two ways, not both at once",
    async (path) => {
      const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
      for (const fields of [inForm(gateway), { client_secret: "" }]) {
        const answer = await post(path, { token: secret, ...fields }, gateway);
        expect([answer.status, answer.field("error")]).toEqual([400, "invalid_request"]);
      }
      expect(await sql("select 1 as live from tokens where id = $1 and ended_at is null", id)).toEqual([{ live: 1 }]);
      // The id alone proves nothing, and many clients send it along.
      expect((await post(path, { token: secret, client_id: gateway.id }, gateway)).status).toBe(200);
    },
  );

  test("it counts as use of the token and of the gateway, and puts nothing on record", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    const entries = () =>
      sql<{ count: number }>("select count(*)::int from audit_entries where action = 'gateways.introspect'");
    const before = await entries();
    await introspect(secret, gateway, { client_address: "\0" });
    await introspect(secret, gateway, { client_address: "198.51.100.7" });
    await writeUsage();
    const [used] = await sql("select last_used_address, last_used_agent from tokens where id = $1", id);
    expect(used).toEqual({ last_used_address: "198.51.100.7", last_used_agent: "gateway api" });
    const [asked] = await sql<{ recent: boolean }>(
      "select last_used_at > now() - interval '5 minutes' as recent from gateways where id = $1",
      gateway.id,
    );
    expect(asked).toEqual({ recent: true });
    expect(await entries()).toEqual(before);
  });
});

describe("revocation (RFC 7009)", () => {
  const standing = (id: string) =>
    sql<{ ended_reason: string | null }>("select ended_reason from tokens where id = $1", id).then(
      ([row]) => row?.ended_reason,
    );

  test("whoever has a token may end it: 200, and nothing is said", async () => {
    const { secret, id, name } = await tokenOf(cast.ben, ["Tasks"]);
    const answer = await revoke(secret);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(await standing(id)).toBe("revoked");
    expect((await api.request("/api/v1/tokens/verify", { headers: bearer(secret) })).field("code")).toBe(
      "token_revoked",
    );
    const entries = await sql(
      "select action, actor_id, account_id, details from audit_entries where target = $1 and action = 'gateways.revoke_token'",
      id,
    );
    expect(entries).toEqual([
      { action: "gateways.revoke_token", actor_id: cast.ben.id, account_id: cast.here, details: { name } },
    ]);
    const notices = await sql<{ data: { event: string; subject: string } }>(
      "select data from jobs.job where name = 'notice' and data->>'subject' = $1",
      `The API token ${name} was revoked`,
    );
    expect(notices).toMatchObject([{ data: { event: "token_revoked", userId: cast.ben.id } }]);
  });

  test("what is no live token is 200 as well", async () => {
    const { secret } = await tokenOf(cast.ben, ["Tasks"]);
    for (const token of [secret, secret, mintSecret("pat"), "nonsense", "\u0000", await sessionOf(cast.ada)])
      expect([(await revoke(token)).status, (await revoke(token)).text]).toEqual([200, ""]);
    expect((await introspect(secret)).body).toEqual(inactive);
  });

  test("an API user's token ends alike; a gateway of another account ends none", async () => {
    const user = await apiUserRow(cast.here);
    const [one, other] = [await apiTokenOf(user), await apiTokenOf(user)];
    const isActive = async (token: string) => (await introspect(token)).field("active") === "true";
    expect([(await revoke(one, foreign)).status, await isActive(one)]).toEqual([200, true]);
    expect([(await revoke(one, gateway)).text, await isActive(one)]).toEqual(["", false]);
    expect([(await revoke(other)).text, await isActive(other)]).toEqual(["", false]);
    const entries = await sql(
      "select account_id, details from audit_entries where actor_id = $1 and action = 'gateways.revoke_token' order by at",
      user.id,
    );
    const name = user.login;
    expect(entries).toEqual([
      { account_id: cast.here, details: { name, gateway: "api" } },
      { account_id: cast.here, details: { name } },
    ]);
  });

  test("a gateway may name itself in the form, and then has to be one; an id without a secret names nobody", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    const named = (client_id: string, client_secret: string) =>
      post("/oauth2/revoke", { token: secret, client_id, client_secret });
    expect((await named(gateway.id, mintSecret("gtw"))).status).toBe(401);
    expect((await named(gateway.id, "")).status).toBe(401);
    expect((await named(foreign.id, foreign.secret)).status).toBe(200);
    expect(await standing(id)).toBeNull();
    expect((await post("/oauth2/revoke", { token: secret, client_id: "anybody" })).status).toBe(200);
    expect(await standing(id)).toBe("revoked");
  });

  test("a gateway ends tokens of its own account, not of another, and has to be one", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["Tasks"]);
    expect((await revoke(secret, foreign)).status).toBe(200);
    expect((await revoke(secret, { ...gateway, secret: mintSecret("gtw") })).status).toBe(401);
    expect(await standing(id)).toBeNull();
    expect((await revoke(secret, gateway)).status).toBe(200);
    expect(await standing(id)).toBe("revoked");
  });
});

describe("what is malformed, at both addresses", () => {
  test.each(["/oauth2/introspect", "/oauth2/revoke"])("%s", async (path) => {
    const send = (headers: Record<string, string>, body: string | Uint8Array) =>
      api.request(path, { method: "POST", headers: { ...basic(gateway), ...headers }, body });
    const bad = [
      await send(form, ""),
      await send(form, "token="),
      await send(form, "other=1"),
      await send(form, "token=a&token=b"),
      await send({ "content-type": "application/json" }, '{"token":"a"}'),
      await send({}, "token=a"),
      await send({ "content-type": `${form["content-type"]}; charset=iso-8859-1` }, "token=a"),
      await send({ "content-type": "multipart/form-data; boundary=x" }, "--x--"),
      await send(form, `token=${"x".repeat(5000)}`),
    ];
    expect(bad.map(({ status, body }) => [status, (body as { error: string }).error])).toEqual(
      bad.map(() => [400, "invalid_request"]),
    );
    for (const type of [`${form["content-type"]};`, `${form["content-type"].toUpperCase()}; charset=utf8`])
      expect((await send({ "content-type": type }, "token=a")).status).toBe(200);
    expect((await send(form, `token=${"x".repeat(70_000)}`)).status).toBe(413);
    expect((await send(form, new Uint8Array([0x74, 0x3d, 0xff]))).status).toBe(400);
    const got = await api.request(`${path}?token=a`, { headers: basic(gateway) });
    expect([got.status, got.headers.allow]).toEqual([405, "POST"]);
    expect((await api.request("/oauth2/token", { method: "POST" })).status).toBe(404);
  });
});

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
