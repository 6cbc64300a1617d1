import { createHash, randomUUID } from "node:crypto";
import { eq, sql as sqlOf } from "drizzle-orm";
import { Client } from "pg";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { secureAccount } from "#lib/people/secure-account.ts";
import { stepUp } from "#lib/sign-in/step-up.ts";
import { blocked } from "#tests/blocked.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, callerWith, type Headers, sessionOf } from "#tests/credentials.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import type { Caller } from "./actor.ts";
import { execute } from "./execute.ts";
import { defineOperation } from "./operation.ts";

let api: TestApi;
let url: string;

beforeAll(async () => {
  ({ url } = await openStage({ RATE_LIMIT_FACTOR: "1000" }));
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
const input = { name: "deploy", scopes: ["profile:read"] };

const create = (headers: Headers, key: string, body: object = input) =>
  api.request("/api/v1/me/tokens", { method: "POST", ...json(body, { ...headers, "idempotency-key": key }) });

async function tokensOf({ id }: Person): Promise<number> {
  const [found] = await sql<{ n: number }>("select count(*)::int as n from tokens where user_id = $1", id);
  return found?.n ?? -1;
}

const isReplay = ({ headers }: Answer) => headers["idempotency-replayed"] === "true";

test("the same request with the same key happens once; the replay holds all but the secret", async () => {
  const ben = await someone();
  const headers = bearer(await sessionOf(ben));
  const first = await create(headers, "deploy-key-0000001");
  const again = await create(headers, "deploy-key-0000001");
  const { secret, ...rest } = first.body as { secret: string };
  expect([first.status, isReplay(first), secret]).toEqual([201, false, expect.stringMatching(/^lk_pat_/)]);
  expect([again.status, isReplay(again), again.body]).toEqual([
    201,
    true,
    { ...rest, notice: expect.stringContaining("not shown again") },
  ]);
  expect(await tokensOf(ben)).toBe(1);
  const [kept] = await sql<{ answer: string }>(
    "select answer::text from idempotent_answers where actor_id = $1",
    ben.id,
  );
  expect(kept?.answer).not.toContain(secret);
});

test("the replay leaves no second entry on record", async () => {
  const headers = bearer(await sessionOf(await someone()));
  await create(headers, "deploy-key-0000001");
  const again = await create(headers, "deploy-key-0000001");
  expect(await sql("select 1 from audit_entries where request_id = $1", again.headers["x-request-id"])).toEqual([]);
});

test("the same key with another body is refused", async () => {
  const ben = await someone();
  const headers = bearer(await sessionOf(ben));
  await create(headers, "deploy-key-0000001");
  const other = await create(headers, "deploy-key-0000001", { ...input, name: "other" });
  expect([other.status, other.field("code")]).toEqual([422, "idempotency_key_reused"]);
  expect(await tokensOf(ben)).toBe(1);
});

test("another person's same key is another key", async () => {
  const [ben, eve] = [await someone(), await someone()];
  await create(bearer(await sessionOf(ben)), "deploy-key-0000001");
  const answer = await create(bearer(await sessionOf(eve)), "deploy-key-0000001");
  expect([answer.status, isReplay(answer)]).toEqual([201, false]);
  expect([await tokensOf(ben), await tokensOf(eve)]).toEqual([1, 1]);
});

test("a request that was refused leaves its key free", async () => {
  const headers = bearer(await sessionOf(await someone()));
  const bad = await create(headers, "deploy-key-0000001", { ...input, scopes: ["NoSuchScope"] });
  const good = await create(headers, "deploy-key-0000001");
  expect([bad.status, good.status, isReplay(good)]).toEqual([422, 201, false]);
});

test("after 24 hours a key is free again", async () => {
  const ben = await someone();
  const headers = bearer(await sessionOf(ben));
  await create(headers, "deploy-key-0000001");
  await sql("update idempotent_answers set created_at = now() - interval '25 hours' where actor_id = $1", ben.id);
  const next = await create(headers, "deploy-key-0000001", { ...input, name: "next" });
  expect([next.status, isReplay(next), await tokensOf(ben)]).toEqual([201, false, 2]);
});

test("of 15 at once with one key exactly one makes a token; the others are told to wait, then replay it", async () => {
  const ben = await someone();
  const headers = bearer(await sessionOf(ben));
  const key = randomUUID();
  const outside = new Client({ connectionString: url });
  await outside.connect();
  // Holds the one that came first in the middle of its work.
  await outside.query("begin");
  await outside.query("select from users where id = $1 for update", [ben.id]);
  const answers: Answer[] = [];
  const asked = Array.from({ length: 15 }, () => create(headers, key).then((answer) => answers.push(answer)));
  while (answers.length + (await blocked()) < 15) await new Promise((passed) => setImmediate(passed));
  await outside.query("commit");
  await outside.end();
  await Promise.all(asked);
  const [waited, made] = [answers.slice(0, -1), answers.at(-1)];
  for (const { status, headers, field } of waited)
    expect([status, field("code"), headers["retry-after"]]).toEqual([409, "in_progress", "1"]);
  expect([made?.status, made && isReplay(made), await tokensOf(ben)]).toEqual([201, false, 1]);
  const again = await Promise.all(Array.from({ length: 5 }, () => create(headers, key)));
  for (const answer of again) expect([201, 409]).toContain(answer.status);
  expect(await tokensOf(ben)).toBe(1);
});

/** An operation that works outside its transaction until it is let go, and then writes. */
function slow() {
  const gate = Promise.withResolvers<void>();
  const at = { work: 0 };
  const operation = defineOperation({
    name: "test.slow",
    summary: "Call somebody else, then write",
    route: "POST /slow",
    allow: "signed-in",
    stepUp: "never",
    whileImpersonating: "refused",
    idempotencyKey: true,
    input: z.strictObject({}),
    output: z.object({ done: z.literal(true) }),
    audit: () => ({}),
    async run({ actor, tx }) {
      at.work++;
      await gate.promise;
      await primary().execute(sqlOf`select 1`);
      await tx.update(users).set({ phone: "+49 30 1234567" }).where(eq(users.id, actor.id));
      return { done: true as const };
    },
  });
  const ask = async (caller: Caller, key: string) =>
    execute(operation, { ...caller, idempotencyKey: key }, {}).then(
      ({ replayed }) => (replayed ? "replayed" : "done"),
      ({ code }) => code,
    );
  const reach = async (count: number) => {
    while (at.work < count) await new Promise((passed) => setImmediate(passed));
  };
  return { ask, reach, letGo: () => gate.resolve() };
}

const phoneOf = async ({ id }: Person) =>
  (await sql<{ phone: string | null }>("select phone from users where id = $1", id))[0]?.phone;

const moreThanThePool = 25;

test("nothing is held while it works: more at once than there are connections all come through", async () => {
  const caller = await asPerson(await someone());
  const { ask, reach, letGo } = slow();
  const asked = Array.from({ length: moreThanThePool }, (_, n) => ask(caller, `outbound-key-00000${n}`));
  await reach(moreThanThePool);
  const open = "select 1 from pg_stat_activity where state = 'idle in transaction' and datname = current_database()";
  expect(await sql(open)).toEqual([]);
  letGo();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["done"]));
});

test("and so do as many who confirm that it is them, or secure their account", async () => {
  const everybody = await Promise.all(Array.from({ length: moreThanThePool }, someone));
  const [newPassword, key] = ["Copper-Lantern-83", "all-at-once-key-01"];
  const codes = everybody.map(async (who) => {
    const caller = { ...(await asPerson(who)), idempotencyKey: key };
    const proven = await execute(stepUp, caller, { password: who.password });
    const again = { ...callerWith(bearer(proven.output.token)), idempotencyKey: "all-at-once-key-02" };
    return (await execute(secureAccount, again, { username: who.username, currentPassword: who.password, newPassword }))
      .output.passwordChanged;
  });
  expect(new Set(await Promise.all(codes))).toEqual(new Set([true]));
});

test("a request that never ended leaves its key after seconds; should it end after all, it changes nothing", async () => {
  const ben = await someone();
  const caller = await asPerson(ben);
  const [lost, next] = [slow(), slow()];
  const first = lost.ask(caller, "never-ended-key-01");
  await lost.reach(1);
  const second = () => next.ask(caller, "never-ended-key-01");
  expect(await second()).toBe("in_progress");
  await sql("update idempotent_answers set created_at = now() - interval '6 seconds' where actor_id = $1", ben.id);
  const taken = second();
  await next.reach(1);
  lost.letGo();
  expect([await first, await phoneOf(ben)]).toEqual(["in_progress", null]);
  next.letGo();
  expect([await taken, await second(), await phoneOf(ben)]).toEqual(["done", "replayed", "+49 30 1234567"]);
});

test.each(["short", "with spaces in it, long enough", "x".repeat(129), ""])("the key %j is refused", async (key) => {
  const answer = await create(bearer(await sessionOf(await someone())), key);
  expect([answer.status, answer.field("code")]).toEqual([400, "malformed_request"]);
});

test("what is kept of a request with a password is no hash that guesses could be tried against", async () => {
  const ben = await someone();
  const body = { username: ben.username, password: ben.password };
  const headers = { ...bearer(await sessionOf(ben)), "idempotency-key": "sign-in-key-000001" };
  const answer = await api.request("/api/v1/sessions", { method: "POST", ...json(body, headers) });
  expect(answer.status).toBe(201);
  const [kept] = await sql<{ request: Buffer }>("select request from idempotent_answers where actor_id = $1", ben.id);
  const plain = createHash("sha256").update(JSON.stringify(["sessions.create", body]));
  expect(kept?.request.toString("hex")).not.toBe(plain.digest("hex"));
});
