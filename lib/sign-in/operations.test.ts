import { hash as digest } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { execute } from "#lib/core/execute.ts";
import { deviceCookie } from "#lib/http/cookies.ts";
import { givePasskey } from "#tests/authenticator.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { callerWith } from "#tests/credentials.ts";
import { linkOf } from "#tests/factors.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { passkeySignInOptions, signInWithPasskey } from "./passkey.ts";
import { changePasswordByName } from "./passwords/by-name.ts";
import { redeemTicket } from "./redeem-ticket.ts";
import { completeReset } from "./resets/complete.ts";
import { signIn as provePassword } from "./sign-in.ts";
import { mintTicket } from "./tickets.ts";

let api: TestApi;
let here: string;

beforeAll(async () => {
  const cast = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  here = cast.here;
  api = await openTestApi();
});

let places = 0;
const somewhere = () => `198.51.${Math.floor(++places / 250)}.${places % 250}`;
const someone = () => person(here, ["Member"]);
const varying = ["date", "x-request-id", "content-length"];

const post = (path: string, input: object, from: string) =>
  api.request(`/api/v1${path}`, { method: "POST", ...json(input, { "x-forwarded-for": from }) });
const signIn = (input: object, from = somewhere()) => post("/sessions", input, from);
const wrong = "Not-the-Password-1";

describe("the right password opens a session", () => {
  const spellings: [what: string, input: (who: Person) => object][] = [
    ["with the username", ({ username }) => ({ username })],
    ["with the e-mail address", ({ email }) => ({ email })],
    ["with either", ({ email }) => ({ login: email })],
    ["in capitals, with spaces around", ({ email }) => ({ login: ` ${email.toUpperCase()} ` })],
  ];

  test.each(spellings)("%s", async (_, input) => {
    const who = await someone();
    const answer = await signIn({ ...input(who), password: who.password });
    expect([answer.status, answer.body]).toMatchObject([201, { user: { id: who.id, accountId: here } }]);
    const headers = { authorization: `Bearer ${answer.field("token")}` };
    expect((await api.request("/api/v1/me", { headers })).field("username")).toBe(who.username);
  });

  test("with the address one has proven, though it be another's username", async () => {
    const [squatter, owner] = [await someone(), await someone()];
    await sql("update users set username = $1 where id = $2", owner.email, squatter.id);
    const opens = async (input: object) => (await signIn({ ...input, password: owner.password })).body;
    expect(await opens({ login: owner.email })).toMatchObject({ user: { id: owner.id } });
    expect(await opens({ username: owner.email })).toMatchObject({ user: { id: squatter.id } });
    await sql("update users set email_verified_at = null where id = $1", owner.id);
    expect(await opens({ login: owner.email })).toMatchObject({ user: { id: squatter.id } });
  });

  test("in whichever Unicode form it is typed", async () => {
    const who = await someone();
    const stored = await hash("Caf\u00e9-Kettle-29");
    await sql("update users set password_hash = $2 where id = $1", who.id, stored);
    expect((await signIn({ login: who.username, password: "Cafe\u0301-Kettle-29" })).status).toBe(201);
  });

  test("and a hash that is cheaper than today's is made anew", async () => {
    const who = await someone();
    const cheap = await hash(who.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await sql("update users set password_hash = $2 where id = $1", who.id, cheap);
    for (const _ of [1, 2]) expect((await signIn({ login: who.username, password: who.password })).status).toBe(201);
    const [kept] = await sql("select password_hash from users where id = $1", who.id);
    expect(kept?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("whatever is wrong, the answer is one and the same", () => {
  const told = ({ status, headers, body }: Answer) => ({
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !varying.includes(name))),
    body: { ...(body as object), instance: "" },
  });

  const failures: [what: string, prepare: (who: Person) => Promise<object>][] = [
    ["nobody has the name", async () => ({ login: "nobody", password: wrong })],
    ["nobody has the address", async () => ({ email: "nobody@example.org", password: wrong })],
    ["it is another's password", async ({ username }) => ({ username, password: "Other-Kettle-2930" })],
    ["a space is too many", async ({ username, password }) => ({ username, password: `${password} ` })],
    ["the case is wrong", async ({ username, password }) => ({ username, password: password.toLowerCase() })],
    ["the person has no password", async (who) => having("update users set password_hash = null where id = $1", who)],
    ["it has the name as its address", async ({ username, password }) => ({ email: username, password })],
    ["the name is SQL", async () => ({ login: "' or 1=1 --", password: wrong })],
    ["the name holds a wildcard", async () => ({ login: "be%", password: wrong })],
  ];

  async function having(change: string, who: Person) {
    await sql(change, who.id);
    return { username: who.username, password: who.password };
  }

  test.each(failures)("%s", async (_, prepare) => {
    const who = await someone();
    const known = await signIn({ username: who.username, password: wrong });
    const answer = await signIn(await prepare(who));
    expect(told(answer)).toEqual(told(known));
    expect([answer.status, answer.field("code")]).toEqual([401, "invalid_credentials"]);
  });

  const states: [what: string, change: string, code: string][] = [
    ["inactive", "update users set active = false where id = $1", "user_inactive"],
    ["of a closed account", "update accounts set active = false where id = $2", "user_inactive"],
    ["locked", "update users set locked_until = now() + interval '1 hour' where id = $1", "user_locked"],
    ["locked without an end", "update users set locked_until = 'infinity' where id = $1", "user_locked"],
    ["there for notifications only", "update users set notifications_only = true where id = $1", "notifications_only"],
  ];

  test.each(states)("the person is %s: only who has the right password is told", async (_, change, code) => {
    const who = await person(await account("Own"), ["Member"]);
    await sql(change.replace("$2", "(select account_id from users where id = $1)"), who.id);
    const unknown = await signIn({ username: "nobody", password: wrong });
    expect(told(await signIn({ username: who.username, password: wrong }))).toEqual(told(unknown));
    const answer = await signIn({ username: who.username, password: who.password });
    expect([answer.status, answer.field("code")]).toEqual([401, code]);
    expect(await sql("select 1 from sessions where user_id = $1", who.id)).toEqual([]);
  });

  test("whoever may not sign in is told so a few times, on record once, and then is looked at no more", async () => {
    const who = await person(here, ["Member"]);
    await sql("update users set notifications_only = true where id = $1", who.id);
    const from = somewhere();
    const codes: string[] = [];
    for (let tries = 0; tries < 14; tries++) {
      codes.push(String((await signIn({ username: who.username, password: who.password }, from)).field("code")));
      await letPausesPass();
    }
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("notifications_only"));
    expect(codes.slice(10)).toEqual(Array(4).fill("too_many_requests"));
    const entries = await sql("select code from audit_entries where actor_id = $1 and result = 'refused'", who.id);
    expect(entries).toEqual([{ code: "notifications_only" }]);
    await sql("update users set notifications_only = false where id = $1", who.id);
    expect((await signIn({ username: who.username, password: who.password })).status).toBe(201);
  });

  test("they leave others at the same address theirs", async () => {
    const from = somewhere();
    for (let people = 0; people < 4; people++) {
      const who = await having("update users set notifications_only = true where id = $1", await someone());
      for (let tries = 0; tries < 9; tries++) {
        await signIn(who, from);
        await letPausesPass();
      }
    }
    const { username, password } = await someone();
    expect((await signIn({ username, password }, from)).status).toBe(201);
  });

  test("and each is on record, for whom it was meant where there is one", async () => {
    const who = await someone();
    for (const login of [who.username, "nobody"]) {
      const answer = await signIn({ login, password: wrong });
      const entries = await sql("select * from audit_entries where request_id = $1", answer.headers["x-request-id"]);
      const expected = { result: "refused", code: "invalid_credentials", actor_id: login === "nobody" ? null : who.id };
      expect(entries).toMatchObject([expected]);
    }
  });
});

/** Leaves one of somebody's sign-ins. */
const leaveOne = (name: string, key: string) =>
  sql(
    `insert into budgets (key, points, expire) values ($1, 299, extract(epoch from now()) * 1000 + 600000)
     on conflict (key) do update set points = 299`,
    `${name}:${digest("sha256", key, "base64url")}`,
  );

test("sign-ins that succeed come to an end, for each way by itself, and the refusal is on record as that person's", async () => {
  const who = await someone();
  const given = { username: who.username, password: who.password };
  await leaveOne("sign_ins", `${who.id} api`);
  expect((await signIn(given)).status).toBe(201);
  const refused = await signIn(given);
  expect([refused.status, refused.field("code")]).toEqual([429, "too_many_requests"]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(500);
  expect(await sql("select code from audit_entries where actor_id = $1 and result = 'refused'", who.id)).toEqual([
    { code: "too_many_requests" },
  ]);
  const ticket = (await post("/sign-in/password", given, somewhere())).field("ticket");
  expect((await post("/sign-in/ticket", { ticket, kind: "browser" }, somewhere())).status).toBe(201);
});

describe("somebody who knows a password, and spends its sign-ins, keeps its owner out neither", () => {
  const byBrowser = async (who: Person, headers: Record<string, string> = {}) => {
    const given = { username: who.username, password: who.password };
    const { ticket } = (await execute(provePassword, callerWith(headers), given)).output;
    return execute(redeemTicket, callerWith(headers), { ticket, kind: "browser" }).then(
      ({ output }) => output,
      ({ code }) => ({ code, device: undefined }),
    );
  };

  test("of a browser that was known before, for as long as there are tries of its own", async () => {
    const who = await someone();
    const { device } = await byBrowser(who);
    await leaveOne("sign_ins", `${who.id} browser`);
    expect(await byBrowser(who)).toMatchObject({ user: { id: who.id } });
    expect(await byBrowser(who)).toMatchObject({ code: "too_many_requests" });
    const known = { cookie: `${deviceCookie()}=${device}` };
    for (let n = 0; n < 30; n++) expect(await byBrowser(who, known)).toMatchObject({ user: { id: who.id } });
    expect(await byBrowser(who, known)).toMatchObject({ code: "too_many_requests" });
  });

  test("nor with a passkey", async () => {
    const who = await someone();
    await leaveOne("sign_ins", `${who.id} browser`);
    expect(await byBrowser(who)).toMatchObject({ user: { id: who.id } });
    const { authenticator } = await givePasskey(who);
    const options = (await execute(passkeySignInOptions, callerWith({}), {})).output;
    const { output } = await execute(signInWithPasskey, callerWith({}), { response: authenticator.get(options) });
    const redeemed = execute(redeemTicket, callerWith({}), { ticket: output.ticket, kind: "browser" });
    expect((await redeemed).output.user.id).toBe(who.id);
  });

  test("nor once a new password was chosen by mail", async () => {
    const who = await someone();
    await leaveOne("sign_ins", `${who.id} browser`);
    await byBrowser(who);
    expect(await byBrowser(who)).toMatchObject({ code: "too_many_requests" });
    const link = await linkOf(who, "reset", { email: who.email });
    await execute(completeReset, callerWith({}), { link, newPassword: "Copper-Lantern-83" });
    expect(await byBrowser({ ...who, password: "Copper-Lantern-83" })).toMatchObject({ user: { id: who.id } });
  });
});

test("so do right passwords from one place that open nothing", async () => {
  const who = await someone();
  const given = { username: who.username, password: who.password };
  const from = somewhere();
  await leaveOne("sign_ins", `${who.id} password ${from}`);
  const statuses = [];
  for (const place of [from, from, somewhere()]) statuses.push((await post("/sign-in/password", given, place)).status);
  expect(statuses).toEqual([201, 429, 201]);
});

/**
 * So many were looked at and found wrong; the others had to wait, but for those that an overloaded portal sends away.
 */
function expectGuesses(answers: Answer[], budget: number) {
  const by = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
  const [wrong, waiting, sentAway] = [by(401), by(429), by(503)];
  expect(wrong + waiting + sentAway).toBe(answers.length);
  expect(wrong).toBeLessThanOrEqual(budget);
  expect(wrong + sentAway).toBeGreaterThanOrEqual(budget);
  for (const { status, headers } of answers)
    if (status !== 401) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
}

const burst = (count: number, input: (place: number) => object, from: (place: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, place) => signIn(input(place), from(place))));

/** The same bursts, time and again, as if those who guess had waited in between until they are looked at again. */
async function patiently(...what: Parameters<typeof burst>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let time = 0; time < 10; time++) {
    answers.push(...(await burst(...what)));
    await letPausesPass();
  }
  return answers;
}

describe("guessing", () => {
  test.each(["somebody's", "nobody's"])(
    "60 at once at %s password, from one place, are 10 and no more, however often they come again",
    async (whose) => {
      const login = whose === "nobody's" ? "nobody-at-all" : (await someone()).username;
      const [guesses] = await sql<{ id: number }>("select coalesce(max(id), 0)::int as id from audit_entries");
      const from = somewhere();
      const answers = await patiently(
        60,
        () => ({ login, password: wrong }),
        () => from,
      );
      expectGuesses(answers, 10);
      const checked = "select count(*)::int as n from audit_entries where id > $1 and code = 'invalid_credentials'";
      expect(await sql(checked, guesses?.id)).toEqual([{ n: answers.filter(({ status }) => status === 401).length }]);
    },
  );

  test("from many places at one person's password ends after 100", async () => {
    const { username } = await someone();
    expectGuesses(await burst(140, () => ({ username, password: wrong }), somewhere), 100);
  }, 60_000);

  test("makes nobody wait anywhere else", async () => {
    const who = await someone();
    const from = somewhere();
    await patiently(
      12,
      () => ({ username: who.username, password: wrong }),
      () => from,
    );
    const right = { username: who.username, password: who.password };
    expect([(await signIn(right, from)).status, (await signIn(right)).status]).toEqual([429, 201]);
  });

  test("from one address ends after 30, whoever it is for, over whichever transport", async () => {
    const from = somewhere();
    const paths = ["/sessions", "/sign-in/password"];
    const asked = Array.from({ length: 40 }, (_, n) =>
      post(paths[n % 2] ?? "", { login: `u${n}`, password: wrong }, from),
    );
    expectGuesses(await Promise.all(asked), 30);
  });

  test("from one IPv6 network ends after 30", async () => {
    const answers = await burst(
      40,
      (n) => ({ login: `v${n}`, password: wrong }),
      (n) => `2001:db8:77::${n + 1}`,
    );
    expectGuesses(answers, 30);
  });

  test("is counted for the person, by whichever name", async () => {
    const { username, email } = await someone();
    const names = [{ username }, { email }, { login: username }, { login: ` ${email.toUpperCase()}` }];
    const from = somewhere();
    const answers = await patiently(
      24,
      (n) => ({ ...names[n % 4], password: wrong }),
      () => from,
    );
    expectGuesses(answers, 10);
  });

  test("a name nobody has is counted in one bucket for all its spellings", async () => {
    const names = ["ghost", "GHOST", " ghost ", "ｇｈｏｓｔ"];
    const from = somewhere();
    const answers = await patiently(
      24,
      (n) => ({ login: names[n % 4], password: wrong }),
      () => from,
    );
    expectGuesses(answers, 10);
  });

  test("is forgiven by the right password, and the address gets its try back", async () => {
    const who = await someone();
    const from = somewhere();
    const guess = async (password: string) => {
      await letPausesPass();
      return signIn({ username: who.username, password }, from);
    };
    for (let n = 0; n < 9; n++) expect((await guess(wrong)).status).toBe(401);
    expect((await guess(who.password)).status).toBe(201);
    for (let n = 0; n < 10; n++) expect((await guess(wrong)).status).toBe(401);
    expect((await guess(wrong)).status).toBe(429);
    for (let n = 0; n < 11; n++) expect((await signIn({ login: `w${n}`, password: wrong }, from)).status).toBe(401);
    expect((await signIn({ login: "w11", password: wrong }, from)).status).toBe(429);
  });

  test.each([
    [4, undefined],
    [5, "5 tries"],
    [9, "9 tries"],
  ])("that ends with the right password after %i wrong ones is told of as %s", async (count, words) => {
    const who = await someone();
    const from = somewhere();
    for (let n = 0; n < count; n++) {
      expect((await signIn({ login: who.username, password: wrong }, from)).status).toBe(401);
      await letPausesPass();
    }
    expect((await signIn({ login: who.username, password: who.password }, from)).status).toBe(201);
    const [notice] = await sql<{ text: string }>(
      "select data->>'paragraphs' as text from jobs.job where data->>'userId' = $1 and data->>'event' = 'sign_in_after_failures'",
      who.id,
    );
    expect(notice?.text.match(/accepted just now, after (\d+ tries) that failed/)?.[1]).toBe(words);
  });

  test("is none with the right password, however weak the new one is that is to take its place", async () => {
    const who = await someone();
    const change = (newPassword: string) =>
      execute(changePasswordByName, callerWith({}), {
        login: who.username,
        currentPassword: who.password,
        newPassword,
      }).then(
        () => "done",
        ({ code }) => code,
      );
    for (let n = 0; n < 11; n++) expect(await change("Short-1")).toBe("invalid_fields");
    expect(await change("Copper-Lantern-83")).toBe("done");
  });

  test("once it has to wait, even the right password has to, and is not looked at", async () => {
    const who = await someone();
    const from = somewhere();
    await patiently(
      10,
      () => ({ login: who.username, password: wrong }),
      () => from,
    );
    const answer = await signIn({ login: who.username, password: who.password }, from);
    expect(answer.status).toBe(429);
    // What came before may have taken its time.
    expect(answer.headers["retry-after"]).toMatch(/^(900|8[5-9]\d)$/);
    expect(answer.field("detail")).toBe("Too many tries. Try again in 15 minutes.");
  });
});

describe("before it has to wait long, guessing slows down", () => {
  const whose: [what: string, login: () => Promise<string>][] = [
    ["somebody's", async () => (await someone()).username],
    ["nobody's", async () => `nobody-at-${somewhere()}`],
  ];

  test.each(whose)("after the fourth wrong one at %s password each next one is looked at later", async (_, loginOf) => {
    const [login, from] = [await loginOf(), somewhere()];
    const guess = () => signIn({ login, password: wrong }, from);
    for (let n = 0; n < 4; n++) expect((await guess()).status).toBe(401);
    const waits: unknown[] = [];
    for (let n = 4; n < 10; n++) {
      await letPausesPass();
      expect((await guess()).status).toBe(401);
      waits.push((await guess()).headers["retry-after"]);
    }
    expect(waits).toEqual(["2", "4", "8", "8", "8", "900"]);
  });

  test("what comes too soon is not looked at, says the wait in words, and counts for nothing", async () => {
    const who = await someone();
    const from = somewhere();
    for (let n = 0; n < 6; n++) {
      await signIn({ login: who.username, password: wrong }, from);
      await letPausesPass();
    }
    await signIn({ login: who.username, password: wrong }, from);
    const early = await signIn({ login: who.username, password: who.password }, from);
    expect([early.status, early.headers["retry-after"], early.field("detail")]).toEqual([
      429,
      "8",
      "Too many tries. Try again in 8 seconds.",
    ]);
    for (let n = 0; n < 20; n++) await signIn({ login: who.username, password: wrong }, from);
    await letPausesPass();
    expect((await signIn({ login: who.username, password: who.password }, from)).status).toBe(201);
  });

  test("of 60 at once no more than four are looked at, for the first second", async () => {
    const { username } = await someone();
    const from = somewhere();
    const answers = await burst(
      60,
      () => ({ username, password: wrong }),
      () => from,
    );
    expectGuesses(answers, 4);
  });
});

describe("a ticket", () => {
  const ticketFor = ({ id }: Person) => transaction((tx) => mintTicket(tx, id, ["password"]));
  const redeem = (ticket: string, from = somewhere()) => post("/sign-in/ticket", { ticket }, from);

  test("is earned by the right password and traded for a session", async () => {
    const who = await someone();
    const earned = await post("/sign-in/password", { login: who.username, password: who.password }, somewhere());
    const traded = await redeem(earned.field("ticket"));
    expect([earned.status, traded.status, traded.body]).toMatchObject([201, 201, { user: { id: who.id } }]);
  });

  test("is good once: of 20 at once exactly one wins", async () => {
    const ticket = await ticketFor(await someone());
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(ticket)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 401)]);
  });

  test("is good for a minute, by the database's clock", async () => {
    const who = await someone();
    const ticket = await ticketFor(who);
    const [life] = await sql(
      "select expires_at - now() <= interval '1 minute' as short from tickets where user_id = $1",
      who.id,
    );
    await sql("update tickets set expires_at = now() where user_id = $1", who.id);
    expect([life, (await redeem(ticket)).status]).toEqual([{ short: true }, 401]);
  });

  test("is worth nothing for somebody who became inactive", async () => {
    const who = await someone();
    const ticket = await ticketFor(who);
    await sql("update users set active = false where id = $1", who.id);
    expect((await redeem(ticket)).status).toBe(401);
  });

  test("that was made up is refused", async () => expect((await redeem("lk_tkt_made_up")).status).toBe(401));
});
