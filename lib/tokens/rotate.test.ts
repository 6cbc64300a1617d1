import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { account, type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, tokenOf } from "#tests/credentials.ts";
import { startReplica } from "#tests/replica.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { createToken } from "./create.ts";
import { revokePrevious } from "./previous-secrets.ts";
import { revokeToken } from "./revoke.ts";
import { type Overlap, overlaps, rotateToken } from "./rotate.ts";
import { readToken } from "./token.ts";
import { writeUsage } from "./usage/record.ts";

let cast: Cast;
let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  [api, replica] = [await openTestApi(), await startReplica(cast.url)];
});

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
const daysUntil = (instant: string | null) => instant && Math.round((Date.parse(instant) - Date.now()) / day);
const rotate = async (who: Person, id: string, overlap?: Overlap) =>
  (await execute(rotateToken, await asPerson(who), { id, overlap })).output;
const use = async (secret: string, at = api) => {
  const { status, field } = await at.request("/api/v1/tokens/verify", { headers: bearer(secret) });
  return status === 200 ? "ok" : field("code");
};
const seen = (who: Person, id: string) => transaction((tx) => readToken(tx, who, id));
/** The notices of an event that are on their way to somebody. */
const told = (who: Person, event: string) =>
  sql(
    "select data ->> 'subject' as subject from jobs.job where data ->> 'event' = $1 and data ->> 'userId' = $2",
    event,
    who.id,
  );
/** Lets so much time go by for the previous secrets of a token. */
const later = (id: string, time: string) =>
  sql(`update replaced_secrets set ends_at = ends_at - interval '${time}' where token_id = $1`, id);

describe("a rotated token", () => {
  test("is the same token with another secret", async () => {
    const before = await tokenOf(cast.ben, ["Tasks", "profile:read"]);
    const { secret, replaced, rotatedAt, ...after } = await rotate(cast.ben, before.id);
    const { secret: _, replaced: __, rotatedAt: ___, preview, expiresAt, status, ...same } = before;
    expect(after).toMatchObject(same);
    expect([secret === before.secret, after.preview, after.status]).toEqual([
      false,
      `lk_pat_…${secret.slice(-4)}`,
      "rotating",
    ]);
    expect(replaced).toMatchObject([{ preview, untilFirstUse: false, lastUsedAt: null }]);
    expect(await use(secret)).toBe("ok");
  });

  const ends: [overlap: Overlap, hours: number][] = [
    ["1h", 1],
    ["24h", 24],
    ["7d", 168],
  ];

  test.each(ends)("is opened by its previous secret for %s", async (overlap, hours) => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await rotate(cast.ben, id, overlap);
    await later(id, `${hours} hours - 1 minute`);
    expect([await use(secret), await use(secret, replica)]).toEqual(["ok", "ok"]);
    await later(id, "2 minutes");
    expect(await use(secret)).toBe("token_revoked");
  });

  test("is opened by it for a day unless told otherwise, and not at all with now", async () => {
    const { id } = await tokenOf(cast.ben, ["Tasks"]);
    const [former] = (await rotate(cast.ben, id)).replaced;
    expect(Math.round((Date.parse(String(former?.endsAt)) - Date.now()) / 3_600_000)).toBe(24);
    const { secret } = await rotate(cast.ben, id, "now");
    expect((await rotate(cast.ben, id, "now")).replaced).toHaveLength(1);
    expect(await use(secret)).toBe("token_revoked");
  });

  test.each(overlaps)("is never opened by it past the end that it had (%s)", async (overlap) => {
    const { id, expiresAt } = await tokenOf(cast.ben, ["Tasks"], { expiresAt: inDays(1 / 48) });
    const [former] = (await rotate(cast.ben, id, overlap)).replaced;
    if (overlap !== "now")
      expect(Date.parse(String(former?.endsAt))).toBeLessThanOrEqual(Date.parse(String(expiresAt)));
  });

  test("knows when and from where its previous secret was last used", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await rotate(cast.ben, id);
    expect(await use(secret)).toBe("ok");
    await writeUsage();
    const { replaced, lastUsedAt } = await seen(cast.ben, id);
    expect(replaced).toMatchObject([{ lastUsedAddress: expect.stringContaining("127.0.0.1") }]);
    expect([replaced[0]?.lastUsedAt, lastUsedAt]).toEqual([expect.any(String), expect.any(String)]);
  });

  test("keeps previous secrets from rotations before as long as they were given", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    const { secret: second } = await rotate(cast.ben, id, "7d");
    await rotate(cast.ben, id, "1h");
    await later(id, "2 hours");
    expect([await use(secret), await use(second)]).toEqual(["ok", "token_revoked"]);
  });

  test("is told of by mail; of its own accord in the log alone", async () => {
    const who = await person(cast.here, ["Member"]);
    const { id, secret, name } = await tokenOf(who, ["tokens:rotate-self"]);
    await rotate(who, id);
    await execute(rotateToken, callerWith(bearer(secret)), { id });
    expect(await told(who, "token_rotated")).toEqual([{ subject: `The API token ${name} has a new secret` }]);
    const done = await sql("select from audit_entries where target = $1 and action = 'tokens.rotate'", id);
    expect(done).toHaveLength(2);
  });
});

describe("until the new one is first used", () => {
  test.each(["here", "there"])("is until it is used anywhere: used %s", async (where) => {
    const [one, other] = where === "here" ? [api, replica] : [replica, api];
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    const { secret: next, replaced } = await rotate(cast.ben, id, "first-use");
    expect(replaced).toMatchObject([{ untilFirstUse: true }]);
    expect([await use(secret, one), await use(secret, other)]).toEqual(["ok", "ok"]);
    expect(await use(next, one)).toBe("ok");
    expect(await use(secret, other)).toBe("token_revoked");
  });

  test("ends what was before the one that is used, and not what came after", async () => {
    const { id, secret: first } = await tokenOf(cast.ben, ["Tasks"]);
    const { secret: second } = await rotate(cast.ben, id, "first-use");
    await rotate(cast.ben, id, "first-use");
    expect([await use(second), await use(second)]).toEqual(["ok", "ok"]);
    expect((await seen(cast.ben, id)).replaced).toHaveLength(1);
    expect(await use(first)).toBe("token_revoked");
  });

  test("has no end by itself where the token has none", async () => {
    const who = await person(await account("Lenient"), ["Member"]);
    await sql("update accounts set tokens_may_live_forever = true where id = $1", who.accountId);
    const { id } = await tokenOf(who, ["Tasks"], { expiresAt: null });
    expect((await rotate(who, id, "first-use")).replaced).toMatchObject([{ endsAt: null }]);
  });
});

describe("a previous secret past its end", () => {
  test("ends the token with all its secrets, once, however many use it at once", async () => {
    const who = await person(cast.here, ["Member"]);
    const { id, secret } = await tokenOf(who, ["Tasks"]);
    const { secret: next } = await rotate(who, id, "now");
    const tries = Array.from({ length: 20 }, (_, n) => use(secret, n % 2 ? api : replica));
    expect(new Set(await Promise.all(tries))).toEqual(new Set(["token_revoked"]));
    expect([await use(next), await use(next, replica)]).toEqual(["token_revoked", "token_revoked"]);
    expect(await seen(who, id)).toMatchObject({ status: "revoked", endedReason: "replayed", endedBy: null });
    const entries = await sql(
      "select actor_id, credential_kind from audit_entries where target = $1 and action = 'tokens.replay'",
      id,
    );
    expect(entries).toEqual([{ actor_id: who.id, credential_kind: null }]);
    expect(await told(who, "token_replayed")).toHaveLength(1);
  });

  test("is one that its owner has ended", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
    await rotate(cast.ben, id, "7d");
    await expect(execute(revokePrevious, await asPerson(cast.ada), { id })).rejects.toMatchObject({
      code: "not_found",
    });
    await execute(revokePrevious, await asPerson(cast.ben), { id });
    await expect(execute(revokePrevious, await asPerson(cast.ben), { id })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await use(secret, replica)).toBe("token_revoked");
  });
});

describe("a previous secret within its overlap", () => {
  const changes: [what: string, change: (who: Person, id: string) => Promise<unknown>, code: string][] = [
    ["is revoked", async (who, id) => execute(revokeToken, await asPerson(who), { id }), "token_revoked"],
    ["has expired", (_, id) => sql("update tokens set expires_at = now() where id = $1", id), "token_expired"],
    ["has lost its owner", ({ id }) => sql("update users set active = false where id = $1", id), "owner_inactive"],
  ];

  test.each(changes)("opens nothing once the token %s", async (_, change, code) => {
    const who = await person(cast.here, ["Member"]);
    const { id, secret } = await tokenOf(who, ["Tasks"]);
    await rotate(who, id, "7d");
    expect(await use(secret)).toBe("ok");
    await change(who, id);
    expect([await use(secret), await use(secret, replica)]).toEqual([code, code]);
  });

  test("opens what the token opens, and can rotate it after an answer that was lost", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["tokens:rotate-self"]);
    await execute(rotateToken, callerWith(bearer(secret)), { id: "self" });
    const again = await execute(rotateToken, callerWith(bearer(secret)), { id: "self" });
    expect(again.output.id).toBe(id);
    expect(await use(again.output.secret)).toBe("ok");
  });
});

describe("the end of a rotated token", () => {
  test("is as far away as it was at first", async () => {
    const { id } = await tokenOf(cast.ben, ["Tasks"], { expiresAt: inDays(60) });
    await sql(
      "update tokens set created_at = created_at - interval '50 days', expires_at = expires_at - interval '50 days' where id = $1",
      id,
    );
    expect(daysUntil((await rotate(cast.ben, id)).expiresAt)).toBe(60);
    expect(daysUntil((await rotate(cast.ben, id)).expiresAt)).toBe(60);
  });

  test("is no later than the account lets tokens live now", async () => {
    const who = await person(await account("Stricter"), ["Member"]);
    const { id } = await tokenOf(who, ["Tasks"], { expiresAt: inDays(60) });
    await sql("update accounts set token_max_days = 7 where id = $1", who.accountId);
    expect(daysUntil((await rotate(who, id)).expiresAt)).toBe(7);
  });

  test("is none where there was none, as long as the account allows that", async () => {
    const who = await person(await account("Changing"), ["Member"]);
    const allow = (isAllowed: boolean) =>
      sql("update accounts set tokens_may_live_forever = $2 where id = $1", who.accountId, isAllowed);
    await allow(true);
    const { id } = await tokenOf(who, ["Tasks"], { expiresAt: null });
    expect((await rotate(who, id)).expiresAt).toBe(null);
    await allow(false);
    expect(daysUntil((await rotate(who, id)).expiresAt)).toBe(365);
  });

  test("is past: it cannot be rotated", async () => {
    const { id } = await tokenOf(cast.ben, ["Tasks"]);
    await sql("update tokens set expires_at = now() where id = $1", id);
    await expect(rotate(cast.ben, id)).rejects.toMatchObject({ code: "token_ended" });
  });
});

describe("a token that rotates", () => {
  const byToken = async (secret: string, id: string) => execute(rotateToken, callerWith(bearer(secret)), { id });

  test("itself needs the scope for that", async () => {
    const { id, secret } = await tokenOf(cast.ben, ["APIKey", "Tasks"]);
    await expect(byToken(secret, id)).rejects.toMatchObject({ code: "insufficient_scope" });
  });

  test("rotates no other one, whatever else it may", async () => {
    const { secret } = await tokenOf(cast.ben, ["APIKey", "tokens:rotate-self"]);
    const { id } = await tokenOf(cast.ben, ["Tasks"]);
    await expect(byToken(secret, id)).rejects.toMatchObject({ code: "session_required" });
  });

  test("and was made by one gets no later end by it", async () => {
    const maker = await tokenOf(cast.ben, ["APIKey", "tokens:rotate-self"], { expiresAt: inDays(10) });
    const input = { name: "made to rotate", scopes: ["tokens:rotate-self"] };
    const { output } = await execute(createToken, callerWith(bearer(maker.secret)), input);
    await sql(
      "update tokens set created_at = created_at - interval '5 days', expires_at = expires_at - interval '5 days' where id = $1",
      output.id,
    );
    expect(daysUntil((await byToken(output.secret, "self")).output.expiresAt)).toBe(5);
    expect(daysUntil((await rotate(cast.ben, output.id)).expiresAt)).toBe(5);
  });

  test("is nobody's without a token", async () => {
    await expect(rotate(cast.ben, "self")).rejects.toMatchObject({ code: "not_found" });
  });
});

test("four clients that go on calling while the token is rotated fifty times are never refused", async () => {
  const { id, secret } = await tokenOf(cast.ben, ["Tasks"]);
  let present = secret;
  let isOver = false;
  const answers: string[] = [];
  const client = async (at: TestApi, pick: () => string) => {
    while (!isOver) answers.push(String(await use(pick(), at)));
  };
  const clients = [
    client(api, () => present),
    client(replica, () => present),
    client(api, () => secret),
    client(replica, () => secret),
  ];
  for (let round = 0; round < 50; round++) present = (await rotate(cast.ben, id, "24h")).secret;
  isOver = true;
  await Promise.all(clients);
  expect(new Set(answers)).toEqual(new Set(["ok"]));
  expect(answers.length).toBeGreaterThan(200);
});
