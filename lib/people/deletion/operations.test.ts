import { beforeAll, describe, expect, test } from "vitest";
import { account, type Cast, grantOwn, openStage, type Person, person, sql, tokenRow } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { type Mailbox, openMailbox } from "#tests/mailbox.ts";
import { deletionAsked, linkOf } from "#tests/samples/operations.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { deletionJob } from "./execute.ts";

let cast: Cast;
let api: TestApi;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  mailbox = await openMailbox();
  api = await openTestApi();
});

const someone = () => person(cast.here, ["Member"]);

const send = (method: string, path: string, session: string | null, input?: object) => {
  const headers = session ? bearer(session) : {};
  return api.request(`/api/v1${path}`, { method, ...(input ? json(input, headers) : { headers }) });
};

const request = async (who: Person, username = who.username) =>
  send("POST", "/me/deletion", await sessionOf(who), { username });
const keep = (link: string) => send("POST", "/me/deletion/keep", null, { link });
const signIn = ({ username, password }: Person) => send("POST", "/sessions", null, { username, password });
const isAlive = async (secret: string) => (await send("GET", "/tokens/verify", secret)).status === 200;

const dueOf = async ({ id }: Person) =>
  (await sql<{ due: Date | null }>("select deletion_due_at as due from users where id = $1", id))[0]?.due;

const exists = async ({ id }: Person) => (await sql("select id from users where id = $1", id)).length === 1;

/** Time passes, and the job comes by. */
async function fourteenDaysPass(...people: Person[]) {
  for (const { id } of people) await sql("update users set deletion_due_at = now() where id = $1", id);
  await deletionJob.work({});
}

describe("asking to be deleted", () => {
  test("ends every session and revokes every token at once; in 14 days the person goes", async () => {
    const who = await someone();
    const [session, { secret }] = [await sessionOf(who), await tokenOf(who, ["profile:read"])];
    const answer = await request(who);
    expect([answer.status, answer.body]).toMatchObject([201, { revokedTokens: 1, endedSessions: 3 }]);
    const days = (Date.parse(answer.field("dueAt")) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(14, 2);
    expect([await isAlive(session), await isAlive(secret), await exists(who)]).toEqual([false, false, true]);
  });

  test("leaves sign-in open, to call it off", async () => {
    const who = await someone();
    await request(who);
    const session = (await signIn(who)).field("token");
    expect((await send("GET", "/me/deletion", session)).body).toMatchObject({ dueAt: expect.any(String), days: 14 });
    expect((await send("GET", "/me", session)).body).toMatchObject({ deletionDueAt: expect.any(String) });
    expect((await send("DELETE", "/me/deletion", session)).status).toBe(204);
    expect(await dueOf(who)).toBeNull();
    expect((await send("DELETE", "/me/deletion", session)).status).toBe(404);
  });

  test("takes the username, typed", async () => {
    const who = await someone();
    const answer = await request(who, "somebody else");
    expect(answer.body).toMatchObject({ errors: [{ pointer: "/username", code: "differs" }] });
    expect(await dueOf(who)).toBeNull();
  });

  test("asks for a proof of identity that is fresh", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await sql("update sessions set fresh_until = now() where user_id = $1", who.id);
    const answer = await send("POST", "/me/deletion", session, { username: who.username });
    expect(answer.field("code")).toBe("step_up_required");
  });

  test("happens once", async () => {
    const who = await someone();
    await request(who);
    expect((await request(who)).field("code")).toBe("conflict");
  });

  test("leaves others alone", async () => {
    const [who, other] = [await someone(), await someone()];
    const session = await sessionOf(other);
    await request(who);
    await fourteenDaysPass(who);
    expect([await exists(other), await isAlive(session), await dueOf(other)]).toEqual([true, true, null]);
  });
});

describe("the link that calls it off", () => {
  test("comes by mail, works signed out, and once", async () => {
    const who = await someone();
    await request(who);
    const mail = await mailbox.newest(who.email);
    expect(mail.subject).toMatch(/^You will be deleted on \d+ \w+ \d{4}$/);
    const link = mail.link?.split("/").at(-1) ?? "";
    expect(mail.link).toContain("/keep-account/lk_lnk_");
    const seen = await send("POST", "/me/deletion/check", null, { link });
    expect(seen.body).toMatchObject({ user: { username: who.username }, dueAt: expect.any(String) });
    expect((await keep(link)).status).toBe(201);
    expect(await dueOf(who)).toBeNull();
    expect((await keep(link)).field("code")).toBe("link_expired");
    expect((await mailbox.newest(who.email)).subject).toBe("You will not be deleted");
  });

  test("is worth nothing once it was called off otherwise", async () => {
    const who = await someone();
    await deletionAsked(who);
    const link = await linkOf(who, "keep-account");
    await send("DELETE", "/me/deletion", await sessionOf(who));
    expect((await keep(link)).status).toBe(410);
  });

  test("of a burst of twenty uses, one counts", async () => {
    const who = await someone();
    await deletionAsked(who);
    const link = await linkOf(who, "keep-account");
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => keep(link)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array(19).fill(410)]);
  });
});

describe("when the day has come", () => {
  test("everything of the person goes, the record stays, and a last mail says so", async () => {
    const who = await someone();
    await tokenRow(who);
    await request(who);
    await mailbox.work();
    await fourteenDaysPass(who);
    expect(await exists(who)).toBe(false);
    for (const table of ["sessions", "tokens", "links", "notifications", "user_roles"])
      expect(await sql(`select 1 from ${table} where user_id = $1`, who.id), table).toEqual([]);
    const record = await sql("select action from audit_entries where actor_id = $1 order by id", who.id);
    expect(record).toEqual([{ action: "deletion.request" }, { action: "deletion.carry_out" }]);
    expect((await mailbox.newest(who.email)).subject).toBe("You were deleted");
    expect((await signIn(who)).field("code")).toBe("invalid_credentials");
  });

  test("nobody goes a moment too early", async () => {
    const who = await someone();
    await deletionAsked(who);
    await deletionJob.work({});
    expect(await exists(who)).toBe(true);
  });

  test("who called it off stays", async () => {
    const who = await someone();
    await request(who);
    await keep(await linkOf(who, "keep-account"));
    await deletionJob.work({});
    expect(await exists(who)).toBe(true);
  });
});

describe("the last administrator who can sign in", () => {
  const states: [why: string, change: string][] = [
    ["is inactive", "active = false"],
    ["gets notifications only", "notifications_only = true"],
    ["is locked", "locked_until = 'infinity'"],
    ["will be deleted too", "deletion_due_at = now() + interval '1 day'"],
    ["has nothing to sign in with", "password_hash = null"],
    ["has a one-time password that is over", "password_once = true, password_once_until = now()"],
  ];

  test.each(states)("cannot ask to be deleted while the other one %s", async (_, change) => {
    const here = await account("Twosome");
    const [one, other] = [await person(here, ["Administrator"]), await person(here, ["Administrator"])];
    await sql(`update users set ${change} where id = $1`, other.id);
    const answer = await request(one);
    expect([answer.status, answer.field("code")]).toEqual([409, "last_administrator"]);
    expect(answer.field("detail")).toContain("Hand over first");
    expect(await dueOf(one)).toBeNull();
  });

  test("may, once there is another", async () => {
    const here = await account("Twosome");
    const [one] = [await person(here, ["Administrator"]), await person(here, ["Administrator"])];
    expect((await request(one)).status).toBe(201);
  });

  test("is not replaced by one whom a role denies something, nor by one of another account", async () => {
    const one = await person(await account("Alone"), ["Administrator"]);
    const other = await person(one.accountId, ["Administrator"]);
    await grantOwn(other.id, `Suspended ${other.id}`, { "admin:*:*:*": "denied" });
    expect((await request(one)).field("code")).toBe("last_administrator");
  });

  test("members may go whoever is left", async () => {
    expect((await request(await person(await account("Nobody"), ["Member"]))).status).toBe(201);
  });

  test("of two who ask at once, one stays", async () => {
    const here = await account("Twosome");
    const both = [await person(here, ["Administrator"]), await person(here, ["Administrator"])];
    const codes = (await Promise.all(both.map((who) => request(who)))).map(({ status }) => status);
    expect(codes.toSorted()).toEqual([201, 409]);
  });

  test("is kept when the day comes, and told why", async () => {
    const here = await account("Twosome");
    const [one, other] = [await person(here, ["Administrator"]), await person(here, ["Administrator"])];
    await request(one);
    await mailbox.work();
    await sql("update users set active = false where id = $1", other.id);
    await fourteenDaysPass(one);
    expect([await exists(one), await dueOf(one)]).toEqual([true, null]);
    expect((await mailbox.newest(one.email)).subject).toBe("You could not be deleted");
    expect((await signIn(one)).status).toBe(201);
  });

  test("of two whose day comes at once, one is kept", async () => {
    const here = await account("Twosome");
    const both = [await person(here, ["Administrator"]), await person(here, ["Administrator"])];
    await fourteenDaysPass(...both);
    expect((await Promise.all(both.map(exists))).toSorted()).toEqual([false, true]);
  });
});
