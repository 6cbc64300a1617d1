import { beforeAll, describe, expect, test } from "vitest";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { authenticatorOf } from "#tests/factors.ts";
import { startReplica } from "#tests/replica.ts";
import { samples } from "#tests/samples/operations.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  const { url } = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  [api, replica] = [await openTestApi(), await startReplica(url)];
});

const someone = async () => person(await account("Own"), ["Member"]);
const headers = bearer;
const ask = (method: string, path: string, session: string) =>
  api.request(`/api/v1${path}`, { method, headers: headers(session) });
const listOf = async (session: string, path = "/me/sessions") =>
  ((await ask("GET", path, session)).body as { items: { id: string; current: boolean; device: string | null }[] })
    .items;

/** Is a session taken by another process of the portal? */
const isAlive = async (session: string) =>
  (await replica.request("/api/v1/me", { headers: headers(session) })).status === 200;

describe("the own sessions", () => {
  test("are listed, the one that asks first, and those that are over not at all", async () => {
    const who = await someone();
    const [mine] = [await sessionOf(who), await sessionOf(who), await sessionOf(who)];
    await sql(
      "update sessions set expires_at = now() where id = (select id from sessions where user_id = $1 order by created_at desc limit 1)",
      who.id,
    );
    const items = await listOf(mine);
    expect(items.map(({ current }) => current)).toEqual([true, false]);
  });

  test("hold no secret", async () => {
    const { text } = await ask("GET", "/me/sessions", await sessionOf(await someone()));
    expect(text).not.toMatch(/secret|hash|lk_/);
  });

  test("are ended one by one, or all but the own", async () => {
    const who = await someone();
    const sessions = [await sessionOf(who), await sessionOf(who), await sessionOf(who), await sessionOf(who)];
    const [mine = "", one = "", ...others] = sessions;
    const theirs = await listOf(one);
    await ask("DELETE", `/me/sessions/${theirs.find(({ current }) => current)?.id}`, mine);
    expect(await Promise.all(sessions.map(isAlive))).toEqual([true, false, true, true]);
    expect((await ask("DELETE", "/me/sessions", mine)).body).toEqual({ endedSessions: others.length });
    expect(await Promise.all(sessions.map(isAlive))).toEqual([true, false, false, false]);
  });
});

/**
 * Whatever ends sessions, as somebody does it with one of theirs; who still has a session afterwards is none of the
 * others.
 */
const endings: [what: string, end: (who: Person, session: string) => Promise<unknown>][] = [
  ["ended by themselves", (_, session) => ask("DELETE", "/me/sessions", session)],
  ["after a new password", (who, session) => send("PUT", "/me/password", session, passwords(who))],
  [
    "after a new factor",
    async (who, session) => {
      const { id, code } = await authenticatorOf(who, { confirmed: false });
      return send("POST", `/me/authenticators/${id}/confirm`, session, { code: await code() });
    },
  ],
  ["ended by an administrator", async (who) => ask("DELETE", `/users/${who.id}/sessions`, await administratorOf(who))],
  [
    "after an administrator removed their factors",
    async (who) => ask("DELETE", `/users/${who.id}/factors`, await administratorOf(who)),
  ],
  [
    "after a reset by mail",
    async (who) =>
      api.request("/api/v1/password-resets/complete", {
        method: "POST",
        ...json(await sampleOf("password_resets.complete", who)),
      }),
  ],
  [
    "after they secured their account",
    async (who, session) => send("POST", "/me/secure", session, await sampleOf("secure.run", who)),
  ],
  [
    "once they asked to be deleted",
    async (who, session) => send("POST", "/me/deletion", session, await sampleOf("deletion.request", who)),
  ],
  [
    "after the change of the address was undone",
    async (who) => api.request("/api/v1/me/email/undo", { method: "POST", ...json(await sampleOf("email.undo", who)) }),
  ],
  ["once they are locked", (who) => sql("update users set locked_until = 'infinity' where id = $1", who.id)],
  ["once they are inactive", (who) => sql("update users set active = false where id = $1", who.id)],
  [
    "once they get notifications only",
    (who) => sql("update users set notifications_only = true where id = $1", who.id),
  ],
  ["once they are deleted", (who) => sql("delete from users where id = $1", who.id)],
];

const sampleOf = async (operation: string, who: Person) => (await samples[operation]?.input(who)) ?? {};
const passwords = ({ password }: Person) => ({ currentPassword: password, newPassword: "Copper-Lantern-83" });
const send = (method: string, path: string, session: string, input: object) =>
  api.request(`/api/v1${path}`, { method, ...json(input, headers(session)) });
const administratorOf = async ({ accountId }: Person) => sessionOf(await person(accountId, ["Administrator"]));

test.each(endings)("sessions %s are over in every process at once", async (_, end) => {
  for (let round = 0; round < 10; round++) {
    const who = await someone();
    const [mine, other] = [await sessionOf(who), await sessionOf(who)];
    expect(await isAlive(other)).toBe(true);
    await end(who, mine);
    expect(await isAlive(other)).toBe(false);
  }
});

describe("an administrator", () => {
  test("sees and ends the sessions of their people, one by one", async () => {
    const who = await someone();
    const [one, two] = [await sessionOf(who), await sessionOf(who)];
    const administrator = await administratorOf(who);
    const [first] = await listOf(administrator, `/users/${who.id}/sessions`);
    expect((await ask("DELETE", `/users/${who.id}/sessions/${first?.id}`, administrator)).status).toBe(204);
    expect([await isAlive(one), await isAlive(two)].sort()).toEqual([false, true]);
  });

  test("ends by that way no session of somebody else", async () => {
    const [ben, eve] = [await someone(), await someone()];
    const session = await sessionOf(eve);
    const [row] = await sql<{ id: string }>("select id from sessions where user_id = $1", eve.id);
    const answer = await ask("DELETE", `/users/${ben.id}/sessions/${row?.id}`, await administratorOf(ben));
    expect([answer.status, await isAlive(session)]).toEqual([404, true]);
  });
});
