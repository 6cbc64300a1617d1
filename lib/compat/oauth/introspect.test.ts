import { beforeAll, expect, test } from "vitest";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { env } from "#lib/env.ts";
import { writeUsage } from "#lib/tokens/usage/record.ts";
import { type Cast, openStage, sql } from "#tests/cast.ts";
import { tokenOf } from "#tests/credentials.ts";
import { apiTokenOf, apiUserRow } from "#tests/samples/api-users.ts";
import { gatewayOf } from "#tests/samples/gateways.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

type Gateway = { id: string; secret: string };

let cast: Cast;
let api: TestApi;
let own: Gateway;
let foreign: Gateway;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  own = await gatewayOf(cast.here, "own");
  foreign = await gatewayOf(cast.there, "foreign");
});

function ask({ id, secret }: Gateway, token: string, clientAddress?: string) {
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  };
  const fields = { token, ...(clientAddress && { client_address: clientAddress }) };
  return api.request("/oauth2/introspect", { method: "POST", headers, body: new URLSearchParams(fields).toString() });
}

/** A previous secret of a token, with until when it is good. */
async function formerOf(id: string, ends: string, untilFirstUse = false) {
  const former = mintSecret("pat");
  await sql("update tokens set rotated_at = now() where id = $1", id);
  await sql(
    `insert into replaced_secrets (secret_hash, token_id, account_id, last_four, ends_at, until_first_use)
     values ($1, $2, $3, 'abcd', now() + $4::interval, $5)`,
    ...[hashSecret(former), id, cast.here, ends, untilFirstUse],
  );
  return former;
}

/** What has been noted of a token. */
async function noted(id: string) {
  await writeUsage();
  const [token] = await sql(
    `select last_used_at is not null as used, ended_at is not null as ended,
       (select count(*)::int from token_uses where token_id = t.id) as uses,
       (select count(*)::int from replaced_secrets where token_id = t.id and ends_at > now()) as former,
       (select count(*)::int from audit_entries where credential_id = t.id::text or target = t.id::text and action = 'tokens.replay') as entries
     from tokens t where id = $1`,
    id,
  );
  return token;
}

/** Multiplies every budget, from now on. */
function allow(factor: number) {
  env().RATE_LIMIT_FACTOR = factor;
  Object.assign(globalThis, { latchkeyLimiters: undefined });
}

test("a gateway of another account learns nothing of a token, and leaves nothing on it", async () => {
  const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
  await sql("update tokens set allowed_addresses = '{198.51.100.4}', per_minute = 1 where id = $1", id);
  const former = await formerOf(id, "1 hour", true);
  allow(1);
  for (const token of [secret, secret, former, former])
    for (const address of ["198.51.100.4", "203.0.113.5"]) {
      const answer = await ask(foreign, token, address);
      expect([answer.status, answer.body]).toEqual([200, { active: false }]);
    }
  expect(await noted(id)).toEqual({ used: false, ended: false, uses: 0, former: 1, entries: 0 });
  expect((await ask(own, secret, "198.51.100.4")).field("active")).toBe("true");
  allow(1000);
  expect(await noted(id)).toMatchObject({ used: true, former: 0 });
});

test("nor does it end a token by asking about a secret that is past its end", async () => {
  const { id } = await tokenOf(cast.ben, ["Tasks"]);
  const former = await formerOf(id, "-1 second");
  expect((await ask(foreign, former)).body).toEqual({ active: false });
  expect(await noted(id)).toMatchObject({ ended: false, entries: 0 });
  expect((await ask(own, former)).body).toEqual({ active: false });
  expect(await noted(id)).toMatchObject({ ended: true });
});

test("nor is an API user's token put on record when it asks", async () => {
  const user = await apiUserRow(cast.here, { allowedAddresses: ["203.0.113.7"] });
  const token = await apiTokenOf(user);
  const entries = () => sql("select code, agent from audit_entries where actor_id = $1", user.id);
  expect((await ask(foreign, token)).body).toEqual({ active: false });
  expect(await entries()).toEqual([]);
  expect((await ask(own, token)).body).toEqual({ active: false });
  expect(await entries()).toEqual([{ code: "address_not_allowed", agent: "gateway own" }]);
});

test("a gateway that does not tell where its client was leaves the last known address alone", async () => {
  const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
  const last = async () => {
    await writeUsage();
    return sql("select last_used_address as address, last_used_agent as agent from tokens where id = $1", id);
  };
  await ask(own, secret);
  expect(await last()).toEqual([{ address: null, agent: "gateway own" }]);
  await ask(own, secret, "198.51.100.4");
  await ask(own, secret);
  expect(await last()).toEqual([{ address: "198.51.100.4", agent: "gateway own" }]);
  await ask(own, secret);
  expect(await last()).toEqual([{ address: "198.51.100.4", agent: "gateway own" }]);
});
