import { beforeAll, describe, expect, test } from "vitest";
import { writeUsage } from "#lib/tokens/usage/record.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { startReplica } from "#tests/replica.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "10" });
  [api, replica] = [await openTestApi(), await startReplica(cast.url)];
});

const someone = () => person(cast.here, ["Member"]);
const whoIs = async (session: string, at = api) =>
  (await at.request("/api/v1/tokens/verify", { headers: bearer(session) })).status;
const endSession = (session: string, at = api) =>
  at.request("/api/v1/sessions/current", { method: "DELETE", headers: bearer(session) });
const howMany = async ({ id }: Person) =>
  (await sql<{ n: number }>("select count(*)::int as n from sessions where user_id = $1", id))[0]?.n;

describe("an ended session", () => {
  test("is refused by every process from the next request on", async () => {
    for (let round = 0; round < rounds(1000); round++) {
      const session = await sessionOf(cast.ben);
      const [one, other] = round % 2 ? [api, replica] : [replica, api];
      expect([await whoIs(session, one), await whoIs(session, other)]).toEqual([200, 200]);
      expect((await endSession(session, one)).status).toBe(204);
      expect([await whoIs(session, other), await whoIs(session, one)]).toEqual([401, 401]);
    }
  });

  test("leaves the person's other sessions alone, and other people's", async () => {
    const who = await someone();
    const [mine, second, others] = [await sessionOf(who), await sessionOf(who), await sessionOf(cast.ada)];
    await endSession(mine);
    expect([await whoIs(mine), await whoIs(second), await whoIs(others)]).toEqual([401, 200, 200]);
  });

  test("cannot be ended twice", async () => {
    const session = await sessionOf(await someone());
    await endSession(session);
    const again = await endSession(session);
    expect([again.status, again.field("code")]).toEqual([401, "session_ended"]);
  });
});

test("a person made inactive, an account closed, a role taken: every process knows at the next request", async () => {
  const who = await someone();
  const session = await sessionOf(who);
  const asked = async (path: string) => (await replica.request(`/api/v1${path}`, { headers: bearer(session) })).status;
  const readOnly = "select $1, id from roles where account_id is null and name = 'Read Only'";
  await sql(`insert into user_roles (user_id, role_id) ${readOnly}`, who.id);
  expect([await asked("/me"), await asked("/users")]).toEqual([200, 200]);
  await sql("delete from user_roles where user_id = $1", who.id);
  expect([await asked("/me"), await asked("/users")]).toEqual([200, 403]);
  await sql("update users set active = false where id = $1", who.id);
  expect([await asked("/me"), await asked("/users")]).toEqual([401, 401]);
});

describe("a session ends by the database's clock", () => {
  const ages: [what: string, change: string, status: number][] = [
    ["just before its end", "expires_at = now() + interval '5 seconds'", 200],
    ["at its end", "expires_at = now()", 401],
    ["just before it was idle too long", "last_seen_at = now() - interval '59 minutes'", 200],
    ["when it was idle too long", "last_seen_at = now() - interval '60 minutes'", 401],
    ["sooner, where the account says so", "idle_minutes = 5, last_seen_at = now() - interval '5 minutes'", 401],
  ];

  test.each(ages)("%s: %s gives %i", async (_, change, status) => {
    const who = await someone();
    const session = await sessionOf(who);
    await sql(`update sessions set ${change} where user_id = $1`, who.id);
    expect(await whoIs(session)).toBe(status);
  });

  test("after 24 hours, or 60 minutes without a request, as the account has it", async () => {
    const who = await someone();
    await sessionOf(who);
    const [session] = await sql(
      `select extract(epoch from expires_at - created_at)::int as seconds, idle_minutes from sessions where user_id = $1`,
      who.id,
    );
    expect(session).toEqual({ seconds: 24 * 3600, idle_minutes: 60 });
  });

  test("a request keeps it from being idle, but never past its end", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const back =
      "update sessions set last_seen_at = now() - interval '50 minutes' where user_id = $1 returning expires_at";
    const [before] = await sql(back, who.id);
    expect(await whoIs(session)).toBe(200);
    await writeUsage();
    const [after] = await sql(
      "select last_seen_at > now() - interval '1 minute' as seen, expires_at from sessions where user_id = $1",
      who.id,
    );
    expect(after).toEqual({ seen: true, ...before });
  });
});

describe("a person has 20 sessions at most", () => {
  test("the oldest ends when one more begins", async () => {
    const who = await someone();
    const sessions: string[] = [];
    for (let n = 0; n < 21; n++) sessions.push(await sessionOf(who));
    const [first = "", second = ""] = sessions;
    expect([await howMany(who), await whoIs(first), await whoIs(second)]).toEqual([20, 401, 200]);
  });

  test("also when many begin at once", async () => {
    const who = await someone();
    const { username, password } = who;
    const signIn = () => api.request("/api/v1/sessions", { method: "POST", ...json({ username, password }) });
    const answers = await Promise.all(Array.from({ length: 24 }, signIn));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(20);
    expect(await howMany(who)).toBe(20);
  });

  test("another person's do not count", async () => {
    const [who, other] = [await someone(), await someone()];
    const session = await sessionOf(other);
    for (let n = 0; n < 21; n++) await sessionOf(who);
    expect(await whoIs(session)).toBe(200);
  });
});

test("a session's secret is kept as a hash only", async () => {
  const session = await sessionOf(cast.ben);
  const [kept] = await sql<{ text: string }>("select string_agg(s::text, ' ') as text from sessions s");
  expect(kept?.text).not.toContain(session.slice(7, 30));
  expect(kept?.text).not.toContain(Buffer.from(session).toString("hex"));
});
