import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { type Cast, openStage, type Person, person, sql } from "#tests/cast.ts";
import { asPerson, bearer, sessionOf } from "#tests/credentials.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { changePassword } from "./change.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

let places = 0;
const somewhere = () => `203.0.113.${++places % 250}`;
const someone = () => person(cast.here, ["Member"]);
const fresh = "Copper-Lantern-83";

const change = (session: string, input: object, from = somewhere()) =>
  api.request("/api/v1/me/password", {
    method: "PUT",
    ...json(input, { ...bearer(session), "x-forwarded-for": from }),
  });

const signIn = (who: Person, password: string, from = somewhere()) =>
  api.request("/api/v1/sessions", {
    method: "POST",
    ...json({ username: who.username, password }, { "x-forwarded-for": from }),
  });

const isAlive = async (session: string) =>
  (await api.request("/api/v1/tokens/verify", { headers: bearer(session) })).status === 200;

describe("a changed password", () => {
  test("replaces the old one; everyone is signed out, and the one who asked goes on under a new token", async () => {
    const who = await someone();
    const [mine, other, stranger] = [await sessionOf(who), await sessionOf(who), await sessionOf(cast.ada)];
    const answer = await change(mine, { currentPassword: who.password, newPassword: fresh });
    expect([answer.status, answer.body]).toMatchObject([200, { endedSessions: 1 }]);
    expect([await isAlive(mine), await isAlive(other), await isAlive(stranger)]).toEqual([false, false, true]);
    expect([(await signIn(who, who.password)).status, (await signIn(who, fresh)).status]).toEqual([401, 201]);
    expect(await isAlive(answer.field("token"))).toBe(true);
  });

  test("leaves other sessions alone when asked to", async () => {
    const who = await someone();
    const [mine, other] = [await sessionOf(who), await sessionOf(who)];
    const input = { currentPassword: who.password, newPassword: fresh, endOtherSessions: false };
    expect((await change(mine, input)).body).toMatchObject({ endedSessions: 0 });
    expect([await isAlive(mine), await isAlive(other)]).toEqual([false, true]);
  });

  test("is told to its owner, without either password", async () => {
    const who = await someone();
    await change(await sessionOf(who), { currentPassword: who.password, newPassword: fresh });
    const notices = await sql<{ data: object }>(
      "select data from jobs.job where name = 'notice' and data->>'userId' = $1",
      who.id,
    );
    expect(notices).toMatchObject([{ data: { subject: "Your password was changed" } }]);
    expect(JSON.stringify(notices)).not.toMatch(/Kettle|Lantern|lk_/);
  });

  test("is known by its hash alone", async () => {
    const who = await someone();
    await change(await sessionOf(who), { currentPassword: who.password, newPassword: fresh });
    const [row] = await sql("select password_hash from users where id = $1", who.id);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("of two at once is one", async () => {
    const who = await someone();
    const sessions = [await sessionOf(who), await sessionOf(who)];
    const input = (n: number) => ({
      currentPassword: who.password,
      newPassword: `${fresh}${n}`,
      endOtherSessions: false,
    });
    const answers = await Promise.all(sessions.map((session, n) => change(session, input(n))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const winner = statuses.indexOf(200);
    expect((await signIn(who, `${fresh}${winner}`)).status).toBe(201);
    expect((await signIn(who, `${fresh}${1 - winner}`)).status).toBe(401);
  });
});

describe("a new password is refused", () => {
  const passwords: [newPassword: string, code: string][] = [
    ["Short-1", "too_short"],
    ["alllowercaseonly", "too_few_kinds"],
    ["Password1234!", "common_password"],
    ["Latchkey-Door-29", "context_word"],
    ["My-Quarry-Door-29", "context_word"],
    ["Somebody-Door-29", "context_word"],
    ["My-example-Door-29", "context_word"],
    ["Violet-Kettle-29", "password_reused"],
  ];

  test.each(passwords)("%s: %s, by name", async (newPassword, code) => {
    const who = await someone();
    const session = await sessionOf(who);
    const answer = await change(session, { currentPassword: who.password, newPassword });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/newPassword", code }] }]);
    expect([await isAlive(session), (await signIn(who, who.password)).status]).toEqual([true, 201]);
  });

  const inputs: [what: string, more: object, pointer: string][] = [
    ["257 characters", { newPassword: `Aa1-${"x".repeat(253)}` }, "/newPassword"],
    ["no new one", { newPassword: "" }, "/newPassword"],
    ["no current one", { currentPassword: "" }, "/currentPassword"],
    ["a confirmation that differs", { confirmPassword: `${fresh} ` }, "/confirmPassword"],
    ["a number", { newPassword: 1234567890123 }, "/newPassword"],
  ];

  test.each(inputs)("%s", async (_, more, pointer) => {
    const who = await someone();
    const input = { currentPassword: who.password, newPassword: fresh, ...more };
    const answer = await change(await sessionOf(who), input);
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer }] }]);
  });

  test("when it was one of the last five, in whatever Unicode form; the sixth is free again", async () => {
    const who = await someone();
    const used = [who.password, ...["Ä", "Ö", "Ü", "É", "Ñ"].map((letter) => `Copper-${letter}ntern-83`)];
    for (const [n, next] of used.entries()) if (n > 0) await changeAs(who, used[n - 1], next);
    const latest = used.at(-1) ?? "";
    for (const old of used.slice(1)) {
      const again = { currentPassword: latest, newPassword: old.normalize("NFD") };
      const answer = await change(await sessionOf(who), again);
      expect(answer.body).toMatchObject({ errors: [{ code: "password_reused" }] });
    }
    await changeAs(who, latest, used[0] ?? "");
    const [kept] = await sql("select count(*)::int as n from former_passwords where user_id = $1", who.id);
    expect(kept).toEqual({ n: 4 });
  });

  const changeAs = async (who: Person, currentPassword: string | undefined, newPassword: string) =>
    execute(changePassword, await asPerson(who), { currentPassword, newPassword });

  test("256 characters are welcome, and all of them count", async () => {
    const who = await someone();
    const long = `Aa1-${"x".repeat(251)}!`;
    await changeAs(who, who.password, long);
    expect([(await signIn(who, long.slice(0, 255))).status, (await signIn(who, long)).status]).toEqual([401, 201]);
  });
});

describe("the current password", () => {
  test("must be right, or nothing changes, and it is on record", async () => {
    const who = await someone();
    const [mine, other] = [await sessionOf(who), await sessionOf(who)];
    const answer = await change(mine, { currentPassword: "Not-the-Password-1", newPassword: fresh });
    const error = { pointer: "/currentPassword", code: "wrong_password" };
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [error] }]);
    expect([await isAlive(mine), await isAlive(other), (await signIn(who, who.password)).status]).toEqual([
      true,
      true,
      201,
    ]);
    const entries = await sql("select * from audit_entries where request_id = $1", answer.headers["x-request-id"]);
    expect(entries).toMatchObject([{ result: "refused", actor_id: who.id, action: "password.change" }]);
  });

  test("cannot be guessed more often than at the sign-in page, together with it", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const from = somewhere();
    const guess = { currentPassword: "Not-the-Password-1", newPassword: fresh };
    for (let n = 0; n < 5; n++) {
      expect((await signIn(who, "Not-the-Password-1", from)).status).toBe(401);
      await letPausesPass();
      expect((await change(session, guess, from)).status).toBe(422);
      await letPausesPass();
    }
    const blocked = await change(session, { ...guess, currentPassword: who.password }, from);
    expect([blocked.status, blocked.headers["retry-after"]]).toEqual([429, "900"]);
    expect((await signIn(who, who.password, from)).status).toBe(429);
  });

  test("costs the address nothing when it is right", async () => {
    const from = somewhere();
    for (let n = 0; n < 31; n++) {
      const who = await someone();
      const answer = await change(
        await sessionOf(who),
        { currentPassword: who.password, newPassword: "Short-1" },
        from,
      );
      expect(answer.status).toBe(422);
    }
  });
});
