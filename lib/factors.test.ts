import { hash } from "@node-rs/argon2";
import { beforeAll, describe, expect, test } from "vitest";
import { mintSecret } from "#lib/core/secrets.ts";
import { transaction } from "#lib/db/index.ts";
import { ownName } from "#lib/doors/cookies.ts";
import { account, openStage, type Person, person, sql } from "#lib/testing/cast.ts";
import { bearer, sessionOf } from "#lib/testing/credentials.ts";
import { type Answer, type Door, json, openDoor } from "#lib/testing/door.ts";
import { authenticatorOf, challengeOf, codeOf, demandMfa, recoveryCodesOf } from "#lib/testing/factors.ts";
import { startReplica } from "#lib/testing/replica.ts";
import { takeRecoveryCode } from "./factors/recovery-codes.ts";
import { takeCode } from "./factors/totp.ts";

let door: Door;
let replica: Door;

beforeAll(async () => {
  const { url } = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  [door, replica] = [await openDoor(), await startReplica(url)];
});

const someone = async () => person(await account("Own"), ["Member"]);
let places = 0;
const somewhere = () => `203.0.${Math.floor(++places / 250)}.${places % 250}`;

const send = (method: string, path: string, input: object, session?: string, from = somewhere(), at = door) =>
  at.request(`/api/v1${path}`, {
    method,
    ...json(input, { ...(session ? bearer(session) : {}), ...(from && { "x-forwarded-for": from }) }),
  });
const post = (path: string, input: object, session?: string, from?: string, at?: Door) =>
  send("POST", path, input, session, from, at);
const remove = (path: string, session: string) =>
  door.request(`/api/v1${path}`, { method: "DELETE", headers: bearer(session) });

const told = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

const noticesTo = async ({ id }: Person, subject: string) =>
  (
    await sql<{ data: { paragraphs: string[] } }>(
      "select data from jobs.job where name = 'notice' and data->>'userId' = $1 and data->>'subject' = $2",
      id,
      subject,
    )
  ).map(({ data }) => data);

/** A session of somebody who has proven the second factor they have. */
async function strongSessionOf(who: Person): Promise<string> {
  const session = await sessionOf(who);
  await sql("update sessions set strong = true where user_id = $1", who.id);
  return session;
}

describe("an authenticator", () => {
  test("works once a code of it was typed; with the first one come ten recovery codes", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    const draft = await post("/me/authenticators", { name: "phone" }, session);
    expect(draft.field("uri")).toMatch(/^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
    const path = `/me/authenticators/${draft.field("id")}/confirm`;
    const wrong = await post(
      path,
      { code: "000000" === (await codeOf(draft.field("secret"))) ? "1" : "000000" },
      session,
    );
    expect(wrong.status).toBe(422);
    const done = await post(path, { code: await codeOf(draft.field("secret")) }, session);
    expect([done.status, done.body]).toMatchObject([201, { recoveryCodes: expect.any(Array) }]);
    const { recoveryCodes } = done.body as { recoveryCodes: string[] };
    expect([new Set(recoveryCodes).size, recoveryCodes[0]]).toEqual([10, expect.stringMatching(/^(\w{4}-){3}\w{4}$/)]);
    const factors = await door.request("/api/v1/me/factors", { headers: bearer(done.field("token")) });
    expect(factors.body).toMatchObject({ mfa: "on", authenticators: [{ name: "phone" }], passkeys: [] });
  });

  test("is not for who signs in elsewhere, without a password here", async () => {
    const who = await someone();
    const session = await sessionOf(who);
    await sql("update users set password_hash = null where id = $1", who.id);
    expect(told(await post("/me/authenticators", {}, session))).toEqual([409, "conflict"]);
  });

  test("ends other sessions, and gives its own a new secret", async () => {
    const who = await someone();
    const [session, other] = [await sessionOf(who), await sessionOf(who)];
    const { id, code } = await authenticatorOf(who, { confirmed: false });
    const done = await post(`/me/authenticators/${id}/confirm`, { code: await code() }, session);
    const status = async (token: string) => (await door.request("/api/v1/me", { headers: bearer(token) })).status;
    expect([await status(session), await status(other), await status(done.field("token"))]).toEqual([401, 401, 200]);
  });

  test("is kept sealed: neither the table nor the log of changes holds its key", async () => {
    const who = await someone();
    const { secret } = await authenticatorOf(who);
    const [row] = await sql<{ secret: Buffer }>("select secret from authenticators where user_id = $1", who.id);
    expect(row?.secret.toString("latin1")).not.toContain(secret);
  });

  test("sealed for one person opens for no other", async () => {
    const [ben, eve] = [await someone(), await someone()];
    const { secret } = await authenticatorOf(ben);
    await authenticatorOf(eve);
    await sql(
      "update authenticators set secret = (select secret from authenticators where user_id = $2) where user_id = $1",
      eve.id,
      ben.id,
    );
    const answer = await post("/sign-in/second-factor", {
      challenge: await challengeOf(eve, "code"),
      code: await codeOf(secret),
    });
    expect(told(answer)).toEqual([500, "internal_error"]);
  });

  test("takes the place of another, which goes once the new one works", async () => {
    const who = await someone();
    const old = await authenticatorOf(who, { name: "old" });
    const young = await authenticatorOf(who, { name: "young", confirmed: false });
    const session = await strongSessionOf(who);
    await post(`/me/authenticators/${young.id}/confirm`, { code: await young.code(), replaces: old.id }, session);
    expect(await sql("select name from authenticators where user_id = $1", who.id)).toEqual([{ name: "young" }]);
  });

  test("the last one goes with the recovery codes, but not where the account demands one", async () => {
    const who = await someone();
    const { id } = await authenticatorOf(who);
    await recoveryCodesOf(who);
    const session = await strongSessionOf(who);
    await demandMfa(who);
    expect(told(await remove(`/me/authenticators/${id}`, session))).toEqual([409, "second_factor_demanded"]);
    expect(told(await remove("/me/factors", session))).toEqual([409, "second_factor_demanded"]);
    await sql("update accounts set mfa_required = false where id = $1", who.accountId);
    expect((await remove(`/me/authenticators/${id}`, session)).status).toBe(204);
    expect(await sql("select 1 from recovery_codes where user_id = $1", who.id)).toEqual([]);
  });

  test("of two removed at once, where the account demands one, one stays", async () => {
    const who = await someone();
    const [one, two] = [await authenticatorOf(who), await authenticatorOf(who)];
    const session = await strongSessionOf(who);
    await demandMfa(who);
    const answers = await Promise.all([one, two].map(({ id }) => remove(`/me/authenticators/${id}`, session)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test("everything is replaced in one go where a factor is demanded", async () => {
    const who = await someone();
    await authenticatorOf(who);
    await recoveryCodesOf(who);
    await demandMfa(who);
    const young = await authenticatorOf(who, { confirmed: false, name: "young" });
    const input = { code: await young.code(), replacesAll: true };
    const done = await post(`/me/authenticators/${young.id}/confirm`, input, await strongSessionOf(who));
    expect((done.body as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
    expect(await sql("select name from authenticators where user_id = $1", who.id)).toEqual([{ name: "young" }]);
  });
});

describe("a code", () => {
  const prove = async (who: Person, proof: object, from?: string) =>
    post("/sign-in/second-factor", { challenge: await challengeOf(who, "code"), ...proof }, undefined, from);

  test.each([-1, 0, 1])("is taken %i steps from now", async (steps) => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    expect((await prove(who, { code: await code(steps) })).status).toBe(201);
  });

  test.each([
    ["wrong", "wrong_code"],
    ["used", "code_used"],
    ["of a clock five minutes behind", "clock_off"],
    ["of a clock five minutes ahead", "wrong_code"],
  ])("that is %s is told so", async (what, expected) => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    const good = await code();
    if (what === "used") await prove(who, { code: good });
    const typed = what === "wrong" ? String((Number(good) + 1) % 1_000_000).padStart(6, "0") : good;
    const answer = await prove(who, {
      code: what.startsWith("of a clock") ? await code(what.endsWith("behind") ? -10 : 10) : typed,
    });
    expect(told(answer)).toEqual([401, expected]);
  });

  test("an earlier step is not taken after a later one", async () => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    await prove(who, { code: await code(1) });
    expect(told(await prove(who, { code: await code(0) }))).toEqual([401, "code_used"]);
  });

  test("one step is taken once: 500 rounds of 20 at once", { timeout: 120_000 }, async () => {
    const who = await someone();
    const { id, code } = await authenticatorOf(who);
    for (let round = 0; round < 500; round++) {
      await sql("update authenticators set last_step = 0 where id = $1", id);
      const now = await code();
      const taken = await Promise.all(Array.from({ length: 20 }, () => transaction((tx) => takeCode(tx, who, now))));
      expect(taken.filter((refusal) => refusal === null)).toHaveLength(1);
    }
  });

  test("200 wrong ones at once from one place, on two replicas, spend the budget of 5 and no more", async () => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    // Of no step near: what the app shows in an hour.
    const guess = await code(120);
    const challenges = await Promise.all(Array.from({ length: 200 }, () => challengeOf(who, "code")));
    const answers = await Promise.all(
      challenges.map((challenge, n) => {
        const input = { challenge, code: guess };
        return post("/sign-in/second-factor", input, undefined, "", n % 2 ? replica : door);
      }),
    );
    const wrong = answers.filter((answer) => told(answer)[1] === "wrong_code");
    expect(wrong).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 201)).toEqual([]);
    expect(answers.filter(({ status }) => ![401, 429, 503].includes(status))).toEqual([]);
  });

  test.each([
    [2, undefined],
    [3, "3 times"],
    [4, "4 times"],
  ])("typed right after %i wrong ones, its owner is told of %s", async (count, words) => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    const from = somewhere();
    const wrong = await code(120);
    const type = async (code: string) =>
      post("/sign-in/second-factor", { challenge: await challengeOf(who, "code"), code }, undefined, from);
    for (let n = 0; n < count; n++) expect(told(await type(wrong))).toEqual([401, "wrong_code"]);
    expect((await type(await code())).status).toBe(201);
    const [notice] = await noticesTo(who, "Signed in after several wrong codes");
    expect(notice?.paragraphs.join(" ").match(/\d+ times/)?.[0]).toBe(words);
  });

  test("failures are on record, and nothing of the code is", async () => {
    const who = await someone();
    const { code } = await authenticatorOf(who);
    const wrong = String((Number(await code()) + 1) % 1_000_000).padStart(6, "0");
    const answer = await prove(who, { code: wrong });
    const entries = await sql("select * from audit_entries where request_id = $1", answer.headers["x-request-id"]);
    expect(entries).toMatchObject([{ result: "refused", code: "wrong_code", actor_id: who.id }]);
    expect(JSON.stringify(entries)).not.toContain(wrong);
  });
});

describe("a recovery code", () => {
  const prove = async (who: Person, recoveryCode: string, from?: string) =>
    post("/sign-in/second-factor", { challenge: await challengeOf(who, "code"), recoveryCode }, undefined, from);

  async function withCodes() {
    const who = await someone();
    await authenticatorOf(who);
    return { who, codes: await recoveryCodesOf(who) };
  }

  test("is taken once, however it is typed", async () => {
    const { who, codes } = await withCodes();
    const typed = ` ${codes[4]?.toUpperCase().replaceAll("-", " ").replaceAll("0", "O")} `;
    expect((await prove(who, typed)).status).toBe(201);
    expect(told(await prove(who, String(codes[4])))).toEqual([401, "code_used"]);
    const used = await sql("select number from recovery_codes where user_id = $1 and used_at is not null", who.id);
    expect(used).toEqual([{ number: 5 }]);
    const notices = "select data->>'event' as event from jobs.job where name = 'notice' and data->>'userId' = $1";
    expect(await sql(notices, who.id)).toEqual([{ event: "recovery_code_used" }]);
  });

  test("of 20 uses at once exactly one wins", async () => {
    const { who, codes } = await withCodes();
    const answers = await Promise.all(Array.from({ length: 20 }, () => prove(who, String(codes[0]), somewhere())));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test("is taken once: 500 rounds of 20 at once", { timeout: 120_000 }, async () => {
    const who = await someone();
    // Hashed with little work, so that there is time for ten thousand.
    const cheap = await hash("abcdefghjkmnpqrs", { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await sql("insert into recovery_codes (user_id, number, hash) values ($1, 1, $2)", who.id, cheap);
    for (let round = 0; round < 500; round++) {
      await sql("update recovery_codes set used_at = null where user_id = $1", who.id);
      const use = () => transaction((tx) => takeRecoveryCode(tx, who.id, "abcd-efgh-jkmn-pqrs"));
      const taken = await Promise.all(Array.from({ length: 20 }, use));
      expect(taken.filter((refusal) => refusal === null)).toHaveLength(1);
    }
  });

  test("of an older set is worth nothing", async () => {
    const { who, codes } = await withCodes();
    const renewed = await post("/me/recovery-codes", {}, await strongSessionOf(who));
    expect((renewed.body as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
    expect(told(await prove(who, String(codes[0])))).toEqual([401, "wrong_code"]);
  });

  test("is kept as an argon2id hash, and never told again", async () => {
    const { who, codes } = await withCodes();
    const rows = await sql<{ hash: string }>("select hash from recovery_codes where user_id = $1", who.id);
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const session = await strongSessionOf(who);
    const { text } = await door.request("/api/v1/me/factors", { headers: bearer(session) });
    for (const code of codes) expect(text).not.toContain(code);
  });
});

test("many that prove a factor at once with a cookie of a device leave connections for everybody else", async () => {
  const who = await someone();
  await authenticatorOf(who);
  const challenge = await challengeOf(who, "code");
  const headers = { cookie: `${ownName("known-device")}=${mintSecret("dev")}`, "x-forwarded-for": somewhere() };
  const input = json({ challenge, recoveryCode: "wrong-wrong-wrong-wron" }, headers);
  const asked = Array.from({ length: 60 }, () =>
    door.request("/api/v1/sign-in/second-factor", { method: "POST", ...input }),
  );
  const others = await sql("select 1 as there");
  expect([others, (await Promise.all(asked)).filter(({ status }) => status >= 500)]).toEqual([[{ there: 1 }], []]);
});

describe("an administrator", () => {
  test("removes the factors of somebody who lost them: their sessions end, and they are told", async () => {
    const who = await someone();
    const administrator = await person(who.accountId, ["Administrator"]);
    await authenticatorOf(who);
    const session = await sessionOf(who);
    expect((await remove(`/users/${who.id}/factors`, await sessionOf(administrator))).status).toBe(204);
    expect((await door.request("/api/v1/me", { headers: bearer(session) })).status).toBe(401);
    const notices = "select data->>'event' as event from jobs.job where name = 'notice' and data->>'userId' = $1";
    expect(await sql(notices, who.id)).toEqual([{ event: "factor_removed" }]);
  });

  test("cannot do so to themselves by that way", async () => {
    const administrator = await person(await account("Own"), ["Administrator"]);
    const answer = await remove(`/users/${administrator.id}/factors`, await sessionOf(administrator));
    expect(told(answer)).toEqual([403, "forbidden"]);
  });
});
