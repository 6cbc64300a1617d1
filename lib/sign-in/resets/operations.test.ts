import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { sql } from "#tests/cast.ts";
import { asPerson, sessionOf, tokenOf } from "#tests/credentials.ts";
import {
  cast,
  check,
  complete,
  fresh,
  isAlive,
  mailsOf,
  openResetDesk,
  ordered,
  resetLink,
  signIn,
  someone,
} from "#tests/reset-desk.ts";
import { linkOf } from "#tests/samples/operations.ts";
import { changePassword } from "../passwords/change.ts";

beforeAll(openResetDesk);

describe("a link to a new password", () => {
  test("sets it: the old one is worth nothing, and every session ends; tokens go on", async () => {
    const who = await someone();
    const [session, stranger] = [await sessionOf(who), await sessionOf(cast.ada)];
    const { secret } = await tokenOf(who, ["profile:read"]);
    const answer = await complete(await ordered(who));
    expect([answer.status, answer.body]).toMatchObject([201, { endedSessions: 2, returnTo: null }]);
    expect([await isAlive(session), await isAlive(stranger), await isAlive(secret)]).toEqual([false, true, true]);
    expect([(await signIn(who, who.password)).status, (await signIn(who, fresh)).status]).toEqual([401, 201]);
  });

  test("signs nobody in: the answer holds no secret", async () => {
    const who = await someone();
    const answer = await complete(await ordered(who));
    expect(answer.text).not.toMatch(/lk_/);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(await sql("select id from sessions where user_id = $1", who.id)).toEqual([]);
    expect(await sql("select id from tickets where user_id = $1", who.id)).toEqual([]);
  });

  test("ends sign-ins under way, and every other link", async () => {
    const who = await someone();
    await sql(
      "insert into challenges (user_id, secret_hash, factors, expires_at) values ($1, 'x', '{password}', now() + interval '3 minutes')",
      who.id,
    );
    await sql(
      "insert into tickets (user_id, secret_hash, factors, expires_at) values ($1, 'x', '{password}', now() + interval '1 minute')",
      who.id,
    );
    const other = await resetLink(who);
    await complete(await ordered(who));
    expect((await complete(other, "Quiet-Otters-Row-58")).field("code")).toBe("link_expired");
    expect(await sql("select id from challenges where user_id = $1", who.id)).toEqual([]);
    expect(await sql("select id from tickets where user_id = $1", who.id)).toEqual([]);
  });

  test("is told of to its owner, without a secret", async () => {
    const who = await someone();
    await complete(await ordered(who));
    const mail = (await mailsOf(who)).at(-1);
    expect(mail?.subject).toBe("Your password was reset");
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/lk_|Lantern|Kettle/);
  });

  test("is looked at without being used up", async () => {
    const who = await someone();
    const link = await ordered(who);
    for (let n = 0; n < 2; n++)
      expect((await check(link)).body).toMatchObject({ user: { username: who.username }, returnTo: null });
    expect((await complete(link)).status).toBe(201);
    expect((await check(link)).body).toEqual({ user: null, expiresAt: null, rules: null, returnTo: null });
  });

  test("is good for half an hour", async () => {
    const who = await someone();
    const link = await ordered(who);
    const lasts = "extract(epoch from expires_at - created_at)::int as seconds";
    expect(await sql(`select ${lasts} from links where user_id = $1`, who.id)).toEqual([{ seconds: 1800 }]);
    await sql("update links set expires_at = now() where user_id = $1", who.id);
    const answer = await complete(link);
    expect([answer.status, answer.field("code")]).toEqual([410, "link_expired"]);
    expect((await signIn(who, who.password)).status).toBe(201);
  });

  test("is worth nothing once the address it was mailed to is no longer theirs", async () => {
    const who = await someone();
    const link = await ordered(who);
    await sql("update users set email = 'new.' || email where id = $1", who.id);
    expect((await check(link)).body).toMatchObject({ user: null });
    expect((await complete(link)).status).toBe(410);
  });

  test("is worth nothing once the password was changed otherwise", async () => {
    const who = await someone();
    const link = await ordered(who);
    await execute(changePassword, await asPerson(who), { currentPassword: who.password, newPassword: fresh });
    expect((await complete(link, "Quiet-Otters-Row-58")).status).toBe(410);
  });

  test("for another purpose opens nothing here", async () => {
    const who = await someone();
    expect((await complete(await linkOf(who, "email"))).status).toBe(410);
  });

  test("is kept by its hash alone, and stands in no job", async () => {
    const who = await someone();
    const link = await ordered(who);
    const kept = await sql(
      "select (select string_agg(l::text, '') from links l) || string_agg(j::text, '') as text from jobs.job j",
    );
    expect(JSON.stringify(kept)).not.toContain(link);
  });

  test.each([
    ["Short-1", "too_short"],
    ["Password1234!", "common_password"],
    ["My-Quarry-Door-29", "context_word"],
    ["Violet-Kettle-29", "password_reused"],
  ])("is not used up by a password that the rules refuse: %s", async (weak, code) => {
    const who = await someone();
    const link = await ordered(who);
    const answer = await complete(link, weak);
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/newPassword", code }] }]);
    expect((await complete(link)).status).toBe(201);
  });

  test("makes a one-time password a lasting one", async () => {
    const who = await someone();
    await sql("update users set password_once = true, password_once_until = now() where id = $1", who.id);
    await complete(await ordered(who));
    const [row] = await sql("select password_once, password_once_until from users where id = $1", who.id);
    expect(row).toEqual({ password_once: false, password_once_until: null });
  });

  test.each([
    ["active = false", "user_inactive"],
    ["notifications_only = true", "notifications_only"],
    ["locked_until = 'infinity'", "user_locked"],
  ])("lets nobody in while %s", async (state, code) => {
    const who = await someone();
    const link = await resetLink(who);
    await sql(`update users set ${state} where id = $1`, who.id);
    expect((await complete(link)).status).toBe(201);
    expect((await signIn(who, fresh)).field("code")).toBe(code);
  });

  test("does not do instead of the second factor", async () => {
    const who = await someone();
    await sql(
      "insert into authenticators (user_id, name, secret, confirmed_at) values ($1, 'Phone', 'x', now())",
      who.id,
    );
    await complete(await ordered(who));
    expect((await signIn(who, fresh)).field("code")).toBe("mfa_code_required");
  });

  // Each use hashes six passwords; `core/links.test.ts` races for the link alone.
  test("of a burst of twenty, one sets a password", { timeout: 60_000 }, async () => {
    const who = await someone();
    const link = await resetLink(who);
    const burst = Array.from({ length: 20 }, (_, n) => complete(link, `${fresh}${n}`));
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array(19).fill(410)]);
    expect((await signIn(who, `${fresh}${statuses.indexOf(201)}`)).status).toBe(201);
  });
});
