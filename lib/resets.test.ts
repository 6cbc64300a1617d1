import { beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/operation.ts";
import { env } from "#lib/env.ts";
import { changePassword } from "#lib/passwords.ts";
import { resetJob } from "#lib/resets/mail.ts";
import { type Cast, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
import { asPerson, bearer, sessionOf, tokenOf } from "#lib/testing/credentials.ts";
import { type Door, json, openDoor } from "#lib/testing/door.ts";
import { type Mailbox, openMailbox } from "#lib/testing/mailbox.ts";
import { linkOf } from "#lib/testing/samples.ts";

let cast: Cast;
let door: Door;
let mailbox: Mailbox;

beforeAll(async () => {
  cast = await openStage({
    TRUSTED_PROXIES: "127.0.0.1/32",
    RETURN_TO_ALLOWED: "https://app.example.com, https://docs.example.com/start?from=reset",
  });
  mailbox = await openMailbox();
  door = await openDoor();
});

let places = 0;
const somewhere = () => `198.51.100.${++places % 250}`;
const someone = () => person(cast.here, ["Member"]);
const fresh = "Copper-Lantern-83";

const post = (path: string, input: object, from = somewhere()) =>
  door.request(`/api/v1${path}`, { method: "POST", ...json(input, { "x-forwarded-for": from }) });

const ask = (input: object, from?: string) => post("/password-resets", input, from);
const check = (link: string) => post("/password-resets/check", { link });
const complete = (link: string, newPassword = fresh) => post("/password-resets/complete", { link, newPassword });
const signIn = ({ username }: Person, password: string) => post("/sessions", { username, password });

const mailsOf = async ({ email }: Pick<Person, "email">) => {
  await mailbox.work(resetJob as never);
  return mailbox.of(email);
};

/** The secret in the newest mail to somebody. */
async function mailed(who: Person): Promise<string> {
  const mail = (await mailsOf(who)).at(-1);
  return mail?.link?.split("/").at(-1) ?? "";
}

const resetLink = (who: Person, data = {}) => linkOf(who, "reset", { email: who.email, ...data });

async function ordered(who: Person): Promise<string> {
  await ask({ email: who.email });
  return mailed(who);
}

const isAlive = async (secret: string) =>
  (await door.request("/api/v1/tokens/verify", { headers: bearer(secret) })).status === 200;

describe("asking for a new password", () => {
  test.each(["username", "email"] as const)("by %s, whatever its case, brings a mail with a link", async (name) => {
    const who = await someone();
    expect((await ask({ login: ` ${who[name].toUpperCase()} ` })).status).toBe(201);
    const [mail, ...more] = await mailsOf(who);
    expect([mail?.subject, more]).toEqual(["Choose a new password", []]);
    expect(mail?.link).toMatch(/^http:\/\/localhost:3000\/reset-password\/lk_lnk_\w{49}$/);
    expect(mail?.link?.startsWith(env().APP_URL)).toBe(true);
  });

  test("is answered alike for everybody, and leaves the same behind", async () => {
    const [known, inactive, unverified, notified] = [
      await someone(),
      await someone(),
      await someone(),
      await someone(),
    ];
    await sql("update users set active = false where id = $1", inactive.id);
    await sql("update users set email_verified_at = null where id = $1", unverified.id);
    await sql("update users set notifications_only = true where id = $1", notified.id);
    const emails = [known, inactive, unverified, notified, { email: "nobody@example.org" }].map(({ email }) => email);
    const traces: unknown[] = [];
    for (const email of emails) {
      const answer = await ask({ email });
      const { date, "x-request-id": requestId, ...headers } = answer.headers;
      const jobs = await sql(
        "select name from jobs.job where data->'by'->>'requestId' = $1 and state = 'created'",
        requestId,
      );
      const entries = await sql("select action, actor_id, target from audit_entries where request_id = $1", requestId);
      traces.push([answer.status, answer.text, headers, jobs, entries]);
    }
    for (const trace of traces) expect(trace).toEqual(traces[0]);
    expect(traces[0]).toMatchObject([201, "{}", {}, [{ name: "password-reset" }], [{ actor_id: null }]]);
  });

  test("takes as long for a known as for an unknown name", async () => {
    const { email } = await someone();
    const times = { known: [] as number[], unknown: [] as number[] };
    const time = async (list: number[], word: string) => {
      const begun = performance.now();
      await ask({ email: word });
      list.push(performance.now() - begun);
    };
    for (let round = 0; round < 60; round++) {
      await time(times.known, email);
      await time(times.unknown, `nobody${round}@example.org`);
    }
    const ratio = median(times.known) / median(times.unknown);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

  test("mails nobody who has not proven the address", async () => {
    const who = await someone();
    await sql("update users set email_verified_at = null where id = $1", who.id);
    await ask({ email: who.email });
    expect(await mailsOf(who)).toEqual([]);
  });

  test("mails nobody who has no password here", async () => {
    const who = await someone();
    await sql("update users set password_hash = null where id = $1", who.id);
    await ask({ email: who.email });
    expect(await mailsOf(who)).toEqual([]);
  });

  test.each(["active = false", "notifications_only = true"])("gives no link while %s, and says why", async (state) => {
    const who = await someone();
    await sql(`update users set ${state} where id = $1`, who.id);
    await ask({ email: who.email });
    const [mail] = await mailsOf(who);
    expect([mail?.subject, mail?.link]).toEqual(["A new password would not help you", undefined]);
  });

  test("mails one person three times in a quarter of an hour at most; all three links are good", async () => {
    const who = await someone();
    for (let n = 0; n < 6; n++) expect((await ask({ email: who.email })).status).toBe(201);
    const links = (await mailsOf(who)).map(({ link }) => link?.split("/").at(-1) ?? "");
    expect(links).toHaveLength(3);
    for (const link of links) expect((await check(link)).body).toMatchObject({ user: { id: who.id } });
  });

  test("is refused to an address that asks too often, whoever it asks for", async () => {
    const from = somewhere();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await ask({ email: `nobody${n}@example.org` }, from)).status);
    expect(statuses).toEqual([...Array(10).fill(201), 429]);
  });

  test("is on the record of the person, with where it came from", async () => {
    const who = await someone();
    await ask({ email: who.email }, "192.0.2.77");
    await mailsOf(who);
    const entries = await sql("select action, address from audit_entries where actor_id = $1", who.id);
    expect(entries).toEqual([{ action: "password_resets.mail", address: "192.0.2.77" }]);
  });

  test.each([{}, { login: "a", email: "a" }, { login: "" }, { login: ["a"] }])(
    "takes one name: not %o",
    async (input) => {
      expect((await ask(input)).status).toBe(422);
    },
  );
});

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
    expect((await complete(other, "Quiet-Otters-Row-58")).field("code")).toBe("link_over");
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
    expect([answer.status, answer.field("code")]).toEqual([410, "link_over"]);
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

  // Each use hashes six passwords; `core/links.test.ts` races for the link alone, 500 times over.
  test("of a burst of twenty, one sets a password", { timeout: 60_000 }, async () => {
    const who = await someone();
    const link = await resetLink(who);
    const burst = Array.from({ length: 20 }, (_, n) => complete(link, `${fresh}${n}`));
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array(19).fill(410)]);
    expect((await signIn(who, `${fresh}${statuses.indexOf(201)}`)).status).toBe(201);
  });
});

describe("where to go on to", () => {
  test.each(["https://app.example.com/welcome?x=1", "https://docs.example.com/start?from=reset"])(
    "%s is carried to the end",
    async (returnTo) => {
      const who = await someone();
      expect((await ask({ email: who.email, returnTo })).status).toBe(201);
      const link = await mailed(who);
      expect((await check(link)).body).toMatchObject({ returnTo });
      expect((await complete(link)).body).toMatchObject({ returnTo });
    },
  );

  test.each([
    "https://evil.example/",
    "https://app.example.com.evil.example/",
    "https://app.example.com@evil.example/",
    "https://user:word@app.example.com/",
    "http://app.example.com/",
    "https://docs.example.com/start",
    "https://docs.example.com/start?from=reset&x",
    "//app.example.com",
    "javascript:alert(1)",
    "/profile",
  ])("%s is refused", async (returnTo) => {
    const answer = await ask({ email: "ada@example.org", returnTo });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer: "/returnTo" }] }]);
  });

  test("that is no longer allowed when the link is used is left out", async () => {
    const who = await someone();
    const link = await resetLink(who, { returnTo: "https://former.example.com/" });
    expect((await check(link)).body).toMatchObject({ user: { id: who.id }, returnTo: null });
    expect((await complete(link)).body).toMatchObject({ returnTo: null });
  });
});
