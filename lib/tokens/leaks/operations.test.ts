import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { publicOrAllowlisted } from "#lib/core/net/egress-policy.ts";
import { env } from "#lib/env.ts";
import { type Cast, handedOut, openStage, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { openReceiver, type Receiver } from "#tests/receiver.ts";
import { apiTokenOf, apiUserRow } from "#tests/samples/api-users.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { gitHubKey } from "./github-keys.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

const report = (token: unknown, more: object = {}, headers = {}) =>
  api.request("/api/v1/tokens/revoke-leaked", { method: "POST", ...json({ token, ...more }, headers) });

const reasonOf = async (id: string) =>
  (await sql<{ ended_reason: string | null }>("select ended_reason from tokens where id = $1", id))[0]?.ended_reason;

const noticesTo = (userId: string) =>
  sql<{ data: { event: string; subject: string; paragraphs: string[] } }>(
    "select data from jobs.job where name = 'notice' and data->>'userId' = $1 and data->>'event' = 'token_leaked'",
    userId,
  );

const said = ({ status, text, headers }: Answer) => {
  const { date: _, "x-request-id": __, ratelimit: ___, ...rest } = headers;
  return { status, text, rest };
};

describe("POST /tokens/revoke-leaked", () => {
  test("ends a token with nothing but its secret; its owner is told, and it is on record as theirs", async () => {
    const who = await person(cast.here, ["Member"]);
    const { secret, id, name } = await tokenOf(who, ["profile:read"]);
    const answer = await report(secret, { source: "https://paste.example.org/abc" });
    expect([answer.status, answer.text]).toEqual([201, "{}"]);
    expect(await reasonOf(id)).toBe("leaked");
    expect((await api.request("/api/v1/me", { headers: bearer(secret) })).field("code")).toBe("token_revoked");
    const entries = await sql(
      "select actor_id, account_id, credential_kind, details from audit_entries where target = $1 and action = 'tokens.revoke_leaked'",
      id,
    );
    expect(entries).toEqual([
      {
        actor_id: who.id,
        account_id: who.accountId,
        credential_kind: null,
        details: { name, source: "https://paste.example.org/abc" },
      },
    ]);
    // What anybody may write is nothing to put in a mail of ours.
    const notices = await noticesTo(who.id);
    expect(notices).toMatchObject([{ data: { subject: `The API token ${name} was found in the open and revoked` } }]);
    expect(JSON.stringify(notices)).not.toContain("paste.example.org");
    const list = await api.request("/api/v1/me/tokens?state=inactive", { headers: bearer(await sessionOf(who)) });
    expect(list.body).toMatchObject({ items: [{ status: "revoked", endedReason: "leaked", endedBy: null }] });
  });

  test("answers the same whatever it was sent: there is no telling what is a token", async () => {
    const who = await person(cast.here, ["Member"]);
    const [live, revoked, expired] = [
      await tokenOf(who, ["profile:read"]),
      await tokenOf(who, ["profile:read"]),
      await tokenOf(who, ["profile:read"]),
    ];
    await sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", revoked.id);
    await sql("update tokens set expires_at = now() where id = $1", expired.id);
    const first = said(await report(live.secret));
    for (const token of [live.secret, revoked.secret, expired.secret, mintSecret("pat"), "nonsense", "", "\u0000"])
      expect(said(await report(token))).toEqual(first);
    expect(await noticesTo(who.id)).toHaveLength(1);
    expect([await reasonOf(revoked.id), await reasonOf(expired.id)]).toEqual(["revoked", null]);
  });

  test("ends an API user's token as well, on record as its own", async () => {
    const user = await apiUserRow(cast.here);
    const [found, other] = [await apiTokenOf(user), await apiTokenOf(user)];
    const verified = async (token: string) =>
      (await api.request("/api/v1/tokens/verify", { headers: bearer(token) })).status;
    expect(await verified(found)).toBe(200);
    const answer = await report(found, { source: "https://paste.example.org/abc" });
    expect([answer.status, answer.text]).toEqual([201, "{}"]);
    expect([await verified(found), await verified(other)]).toEqual([401, 200]);
    await report(found);
    const entries = await sql(
      "select account_id, details from audit_entries where actor_id = $1 and action = 'tokens.revoke_leaked'",
      user.id,
    );
    const details = { name: user.login, source: "https://paste.example.org/abc" };
    expect(entries).toEqual([{ account_id: cast.here, details }]);
    expect(await noticesTo(user.id)).toEqual([]);
  });

  test("ends tokens alone: a session's secret is none", async () => {
    const session = await sessionOf(cast.ben);
    await report(session);
    expect((await api.request("/api/v1/me", { headers: bearer(session) })).status).toBe(200);
  });

  test("a secret from before a rotation ends its token while it still opens it, and not after", async () => {
    const former = async (endsAt: string) => {
      const { id } = await tokenOf(cast.ben, ["profile:read"]);
      const secret = mintSecret("pat");
      await sql(
        `insert into replaced_secrets (secret_hash, token_id, account_id, last_four, ends_at)
         values ($1, $2, $3, 'abcd', ${endsAt})`,
        hashSecret(secret),
        id,
        cast.here,
      );
      await report(secret);
      return reasonOf(id);
    };
    expect(await former("now() + interval '1 hour'")).toBe("leaked");
    expect(await former("'infinity'")).toBe("leaked");
    expect(await former("now()")).toBeNull();
  });

  test("many reports at once end it once and tell its owner once", async () => {
    const who = await person(cast.here, ["Member"]);
    for (let round = 0; round < 20; round++) {
      const { secret, id } = await tokenOf(who, ["profile:read"]);
      await Promise.all(Array.from({ length: 10 }, () => report(secret)));
      const entries = await sql(
        "select 1 from audit_entries where target = $1 and action = 'tokens.revoke_leaked'",
        id,
      );
      expect(entries).toHaveLength(1);
    }
    expect(await noticesTo(who.id)).toHaveLength(20);
  });

  test("one address reports a hundred in ten minutes", async () => {
    env().RATE_LIMIT_FACTOR = 0.03;
    await sql("delete from budgets where key like 'revoke_leaked%'");
    Object.assign(globalThis, { latchkeyLimiters: undefined });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn++) statuses.push((await report("x")).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    env().RATE_LIMIT_FACTOR = 1000;
    Object.assign(globalThis, { latchkeyLimiters: undefined });
    await sql("delete from budgets where key like 'revoke_leaked%'");
  });
});

const pair = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const keyId = "90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a";

describe("POST /tokens/leaks/github", () => {
  const { privateKey, publicKey } = pair();
  const listed = (key = publicKey) =>
    JSON.stringify({ public_keys: [{ key_identifier: keyId, key: pem(key), is_current: true }] });

  beforeEach(() => {
    const file = join(mkdtempSync(join(tmpdir(), "keys-")), "keys.json");
    writeFileSync(file, listed());
    believe(file);
  });

  const believe = (from: string | undefined) => {
    env().GITHUB_SCANNING_KEYS = from;
    Object.assign(globalThis, { latchkeyGitHubKeys: undefined });
  };
  const signed = (body: string, key = privateKey) => createSign("SHA256").update(body).sign(key, "base64");

  type Headers = Record<string, string>;

  const send = (body: string, headers: Headers = {}) =>
    api.request("/api/v1/tokens/leaks/github", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "github-public-key-identifier": keyId,
        "github-public-key-signature": signed(body),
        ...headers,
      },
      body,
    });

  const find = (token: string, url = "https://github.com/octocat/Hello-World/blob/1234/foo.txt") => ({
    token,
    type: "latchkey_pat",
    url,
    source: "content",
  });
  const feedback = (token: string, label: string) => ({
    token_hash: hashSecret(token).toString("hex"),
    token_type: "latchkey_pat",
    label,
  });

  test("ends what it reports, tells owners where it was, and says of each find whether it was a token", async () => {
    const [one, two] = [await person(cast.here, ["Member"]), await person(cast.there, ["Member"])];
    const [first, second] = [await tokenOf(one, ["profile:read"]), await tokenOf(two, ["profile:read"])];
    const [unknown, gone] = [mintSecret("pat"), await tokenOf(one, ["profile:read"])];
    await sql("update tokens set ended_at = now(), ended_reason = 'revoked' where id = $1", gone.id);
    const found = [first.secret, unknown, second.secret, "lk_pat_x", gone.secret, first.secret];
    const answer = await send(JSON.stringify(found.map((token) => find(token))));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual([
      feedback(first.secret, "true_positive"),
      feedback(unknown, "false_positive"),
      feedback(second.secret, "true_positive"),
      feedback("lk_pat_x", "false_positive"),
      feedback(gone.secret, "true_positive"),
      feedback(first.secret, "true_positive"),
    ]);
    expect([await reasonOf(first.id), await reasonOf(second.id), await reasonOf(gone.id)]).toEqual([
      "leaked",
      "leaked",
      "revoked",
    ]);
    const notices = await noticesTo(one.id);
    expect(notices).toHaveLength(1);
    expect(notices[0]?.data.paragraphs.join(" ")).toContain("https://github.com/octocat/Hello-World/blob/1234/foo.txt");
  });

  test("ends tokens of API users, and knows them again", async () => {
    const token = await apiTokenOf(await apiUserRow(cast.here));
    const unknown = mintSecret("api");
    const body = JSON.stringify([find(token), find(unknown)]);
    const told = [feedback(token, "true_positive"), feedback(unknown, "false_positive")];
    expect([(await send(body)).body, (await send(body)).body]).toEqual([told, told]);
    expect((await api.request("/api/v1/tokens/verify", { headers: bearer(token) })).status).toBe(401);
  });

  test("takes a report without addresses, and reports of nothing", async () => {
    const { secret, id } = await tokenOf(cast.ben, ["profile:read"]);
    expect((await send(JSON.stringify([{ token: secret, type: "latchkey_pat", url: "" }]))).status).toBe(200);
    expect(await reasonOf(id)).toBe("leaked");
    expect((await send("[]")).body).toEqual([]);
  });

  const bodyOf = async () => {
    const token = await tokenOf(cast.ben, ["profile:read"]);
    return { ...token, body: JSON.stringify([find(token.secret)]) };
  };

  test.each<[string, (body: string) => Headers]>([
    ["another key", (body) => ({ "github-public-key-signature": signed(body, pair().privateKey) })],
    ["another body", (body) => ({ "github-public-key-signature": signed(`${body} `) })],
    ["no signature", () => ({ "github-public-key-signature": "" })],
    ["nonsense", () => ({ "github-public-key-signature": "nonsense" })],
    ["the name of another key", () => ({ "github-public-key-identifier": "f9525bf0" })],
    ["the name of no key", () => ({ "github-public-key-identifier": "" })],
    ["a name of every object", () => ({ "github-public-key-identifier": "constructor" })],
  ])("signed with %s, it is refused and nothing happens: 401", async (_, headers) => {
    const { body, id } = await bodyOf();
    expect((await send(body, headers(body))).status).toBe(401);
    expect(await reasonOf(id)).toBeNull();
  });

  test.each<[string, string | undefined]>([
    ["no list of keys is set", undefined],
    ["the list is not there", "/nowhere/keys.json"],
    ["the list is no list", import.meta.filename],
  ])("when %s, everything is refused", async (_, from) => {
    believe(from);
    const { body, id } = await bodyOf();
    expect((await send(body)).status).toBe(401);
    expect(await reasonOf(id)).toBeNull();
  });

  test("a key of another curve signs nothing", async () => {
    const weak = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const file = join(mkdtempSync(join(tmpdir(), "keys-")), "keys.json");
    writeFileSync(file, listed(weak.publicKey));
    believe(file);
    const { body } = await bodyOf();
    expect((await send(body, { "github-public-key-signature": signed(body, weak.privateKey) })).status).toBe(401);
  });

  test("signed, but no list of finds: 400", async () => {
    for (const body of [
      "{}",
      "[",
      "null",
      "[1]",
      '[{"type":"x"}]',
      `[${'{"token":"a","type":"b"},'.repeat(1000)}{}]`,
      "",
    ])
      expect([body.slice(0, 30), (await send(body)).status]).toEqual([body.slice(0, 30), 400]);
  });

  test("more than a megabyte is 413, another method 405", async () => {
    expect((await send("x".repeat(1_100_000))).status).toBe(413);
    const got = await api.request("/api/v1/tokens/leaks/github");
    expect([got.status, got.headers.allow]).toEqual([405, "POST"]);
  });

  describe("a list at an address", () => {
    let receiver: Receiver;
    const known = (identifier: string) => gitHubKey(identifier, receiver.policy);
    const jwk = publicKey.export({ format: "jwk" });

    beforeAll(async () => {
      receiver = await openReceiver();
    });

    beforeEach(() => {
      receiver.calls.length = 0;
      receiver.answer = (_, res) => void res.end(listed());
      believe(receiver.url);
    });

    test("is asked for once, not for every report", async () => {
      for (let turn = 0; turn < 3; turn++) expect((await known(keyId))?.export({ format: "jwk" })).toEqual(jwk);
      for (let turn = 0; turn < 3; turn++) expect(await known("unheard-of")).toBeUndefined();
      expect(receiver.calls).toHaveLength(1);
    });

    test("is called by the rules for all calls outside: not inside, and not elsewhere because it says so", async () => {
      const inside = { ...publicOrAllowlisted, ca: receiver.policy.ca };
      expect(await gitHubKey(keyId, inside)).toBeUndefined();
      expect(receiver.calls).toEqual([]);
      believe(receiver.url);
      receiver.answer = (_, res) => void res.writeHead(302, { location: receiver.url }).end(listed());
      expect(await known(keyId)).toBeUndefined();
      expect(receiver.calls).toHaveLength(1);
    });

    test("is not read without end", async () => {
      receiver.answer = (_, res) => void res.end(listed() + " ".repeat(300_000));
      expect(await known(keyId)).toBeDefined();
      believe(receiver.url);
      receiver.answer = (_, res) => void res.end(" ".repeat(300_000) + listed());
      expect(await known(keyId)).toBeUndefined();
    });
  });
});

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
