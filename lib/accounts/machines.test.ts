import { beforeAll, describe, expect, test } from "vitest";
import { signInWithAccessKey } from "#lib/compat/aims/access-key.ts";
import { execute } from "#lib/core/execute.ts";
import { aimsTokenHeader } from "#lib/http/callers.ts";
import { createAccessKey } from "#lib/machines/access-keys/create.ts";
import { housekeeping } from "#lib/portal/housekeeping.ts";
import { createToken } from "#lib/tokens/create.ts";
import { account, handedOut, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, sessionOf, tokenOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { by } from "#tests/rights.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { previewPolicies } from "./preview.ts";
import { updateAccount } from "./update.ts";

let api: TestApi;
let root: Person;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  await inNewAccount();
});

async function inNewAccount() {
  const here = await account("Foundry");
  root = await person(here, ["Administrator"]);
  ann = await person(here, ["Member"]);
  bob = await person(here, ["Member"]);
}

const decide = (policies: object) => by(root, updateAccount, policies);
const preview = async (policies: object) => (await execute(previewPolicies, await asPerson(root), policies)).output;
const use = async (secret: string) => {
  const answer = await api.request("/api/v1/tokens/verify", { headers: bearer(secret) });
  return answer.status === 200 ? "ok" : answer.field("code");
};
const noticesOf = ({ id }: Person) =>
  sql(
    `select data->>'subject' as subject from jobs.job where name = 'notice' and data->>'userId' = $1
    and data->>'event' = 'token_unused'`,
    id,
  );

test("whoever lets tokens create what their owners may give is told first how many could", async () => {
  await inNewAccount();
  const maker = await tokenRow(ann, { name: "maker" });
  await tokenRow(ann, { name: "reader" });
  await sql("update tokens set scopes = '{Tasks,APIKey}' where id = $1", maker);
  const { keysCreatingMore } = await preview({ keysMayCreateKeys: "owner" });
  expect(keysCreatingMore).toMatchObject({ count: 1, people: 1, first: [{ detail: "maker" }] });
  expect((await preview({ keysMayCreateKeys: "narrower" })).keysCreatingMore.count).toBe(0);
  await decide({ keysMayCreateKeys: "owner" });
  expect((await preview({ keysMayCreateKeys: "owner" })).keysCreatingMore.count).toBe(0);
});

describe("an account that ends tokens unused for so many days", () => {
  const idle = "now() - interval '31 days'";

  test("is told first how many of whose that would be, and then ends them at once, each on record", async () => {
    await inNewAccount();
    const ids = [
      await tokenRow(ann, { name: "old", createdAt: "now() - interval '90 days'", lastUsedAt: idle }),
      await tokenRow(ann, { name: "never", createdAt: idle }),
      await tokenRow(bob, { name: "his", createdAt: idle }),
    ];
    await tokenRow(ann, { createdAt: idle, lastUsedAt: "now()" });
    await tokenRow(ann, { createdAt: idle, expiresAt: "now()" });
    const { tokensUnused } = await preview({ tokenUnusedDays: "30" });
    expect(tokensUnused).toMatchObject({ count: 3, people: 2, more: false });
    expect((await preview({ tokenUnusedDays: "40" })).tokensUnused.count).toBe(0);
    await decide({ tokenUnusedDays: 30 });
    const ended = await sql<{ id: string }>("select id from tokens where ended_reason = 'unused'");
    expect(ended.map(({ id }) => id).sort()).toEqual(ids.sort());
    const logged = "select target from audit_entries where action = 'tokens.end_unused' and actor_id in ($1, $2)";
    expect(await sql(logged, ann.id, bob.id)).toHaveLength(3);
    expect(await noticesOf(ann)).toEqual([{ subject: "2 unused API tokens have ended" }]);
    expect(await noticesOf(bob)).toEqual([{ subject: "The unused API token his has ended" }]);
  });

  test("refuses them from that moment on, before anybody tidies up, and ends them then", async () => {
    await inNewAccount();
    await decide({ tokenUnusedDays: 30 });
    const { secret, id } = await tokenOf(ann, ["Tasks"]);
    expect(await use(secret)).toBe("ok");
    await sql(`update tokens set created_at = ${idle}, last_used_at = ${idle} where id = $1`, id);
    expect(await use(secret)).toBe("token_revoked");
    await housekeeping.work({});
    expect(await sql("select ended_reason from tokens where id = $1", id)).toEqual([{ ended_reason: "unused" }]);
    expect(await noticesOf(ann)).toHaveLength(1);
  });
});

describe("an account that requires addresses", () => {
  test("is told which tokens stop; they do at once, until they have addresses", async () => {
    await inNewAccount();
    const [open, bound, logging] = [
      await tokenOf(ann, ["Tasks"]),
      await tokenOf(ann, ["Tasks"], { allowedAddresses: ["127.0.0.1"] }),
      await tokenOf(bob, ["Tasks"], { allowedAddresses: ["127.0.0.1"], addressMode: "log" }),
    ];
    expect((await preview({ tokenAddressesRequired: "true" })).tokensOpen).toMatchObject({ count: 2, people: 2 });
    await decide({ tokenAddressesRequired: true });
    const all = () => Promise.all([open, bound, logging].map(({ secret }) => use(secret)));
    expect(await all()).toEqual(["addresses_required", "ok", "addresses_required"]);
    await sql(
      "update tokens set allowed_addresses = '{127.0.0.0/8}', address_mode = 'enforce' where account_id = $1",
      ann.accountId,
    );
    expect(await all()).toEqual(["ok", "ok", "ok"]);
  });

  test("makes no token without them", async () => {
    await inNewAccount();
    await decide({ tokenAddressesRequired: true });
    const make = (bounds: object) => by(ann, createToken, { name: crypto.randomUUID(), scopes: ["Tasks"], ...bounds });
    const demanded = (field: string) => ({ details: { errors: [{ pointer: `/${field}`, code: "required" }] } });
    await expect(make({})).rejects.toMatchObject(demanded("allowedAddresses"));
    const logging = { allowedAddresses: ["127.0.0.1"], addressMode: "log" };
    await expect(make(logging)).rejects.toMatchObject(demanded("addressMode"));
    handedOut.add((await make({ allowedAddresses: ["127.0.0.1"] })).secret);
  });
});

describe("an account that switches access keys off", () => {
  const keyOf = async (who: Person) => {
    const { id, secretKey } = await by(root, createAccessKey, { userId: who.id, label: "nightly" });
    handedOut.add(secretKey);
    return { accessKeyId: id, secretKey };
  };
  const signIn = async (key: { accessKeyId: string; secretKey: string }) =>
    (await execute(signInWithAccessKey, callerWith({}), key)).output.token;
  const open = async (token: string) => {
    const headers = { [aimsTokenHeader]: token };
    return (await api.request("/aims/v1/token_info", { headers })).status;
  };

  test("is told whose; none signs in any more, none is made, and what they opened ends", async () => {
    await inNewAccount();
    const key = await keyOf(ann);
    const token = await signIn(key);
    expect(await open(token)).toBe(200);
    const { keysStopped } = await preview({ accessKeysAllowed: "false" });
    expect(keysStopped).toMatchObject({ count: 1, people: 1, first: [{ userId: ann.id, detail: "nightly" }] });
    await decide({ accessKeysAllowed: false });
    expect(await open(token)).toBe(401);
    await expect(signIn(key)).rejects.toMatchObject({ code: "access_keys_off" });
    await expect(signIn({ ...key, secretKey: "wrong" })).rejects.toMatchObject({ code: "invalid_credentials" });
    await expect(keyOf(ann)).rejects.toMatchObject({ code: "conflict" });
    await decide({ accessKeysAllowed: true });
    expect(await open(await signIn(key))).toBe(200);
  });

  test.each([
    ["this version", "update sessions set factors = '{}' where access_key_id = $1"],
    ["the version before", "update sessions set access_key_id = null where access_key_id = $1"],
  ])("ends sessions that %s wrote, and none of its people's own", async (_, rewrite) => {
    await inNewAccount();
    const key = await keyOf(ann);
    const [token, own] = [await signIn(key), await sessionOf(ann, ["password"], "aims")];
    await sql(rewrite, key.accessKeyId);
    await decide({ accessKeysAllowed: false });
    expect([await open(token), await open(own)]).toEqual([401, 200]);
  });

  test("leaves no session behind, however close a sign-in comes to it", async () => {
    await inNewAccount();
    const key = await keyOf(ann);
    const administrator = await asPerson(root);
    const sessions = "select count(*)::int from sessions where kind = 'aims' and account_id = $1";
    for (let round = 0; round < rounds(500); round++) {
      const later = sql("select pg_sleep($1)", (round % 5) / 1000);
      const switchedOff = later.then(() => execute(updateAccount, administrator, { accessKeysAllowed: false }));
      await Promise.allSettled([signIn(key), switchedOff]);
      expect(await sql(sessions, ann.accountId)).toEqual([{ count: 0 }]);
      await sql("update accounts set access_keys_allowed = true where id = $1", ann.accountId);
    }
  });
});
