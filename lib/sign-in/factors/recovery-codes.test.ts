import { hash } from "@node-rs/argon2";
import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { authenticatorOf, challengeOf, recoveryCodesOf } from "#tests/factors.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { takeRecoveryCode } from "./recovery-codes.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
let places = 0;
const somewhere = () => `203.0.${Math.floor(++places / 250)}.${places % 250}`;
const send = (method: string, path: string, input: object, session?: string, from = somewhere(), at = api) =>
  at.request(`/api/v1${path}`, {
    method,
    ...json(input, { ...(session ? bearer(session) : {}), ...(from && { "x-forwarded-for": from }) }),
  });
const post = (path: string, input: object, session?: string, from?: string, at?: TestApi) =>
  send("POST", path, input, session, from, at);
const told = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

/** A session of somebody who has proven the second factor they have. */
async function strongSessionOf(who: Person): Promise<string> {
  const session = await sessionOf(who);
  await sql("update sessions set strong = true where user_id = $1", who.id);
  return session;
}

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

  test(`is taken once: ${rounds(500)} rounds of 20 at once`, async () => {
    const who = await someone();
    // Hashed with little work, so that there is time for ten thousand.
    const cheap = await hash("abcdefghjkmnpqrs", { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await sql("insert into recovery_codes (user_id, number, hash) values ($1, 1, $2)", who.id, cheap);
    for (let round = 0; round < rounds(500); round++) {
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
    const { text } = await api.request("/api/v1/me/factors", { headers: bearer(session) });
    for (const code of codes) expect(text).not.toContain(code);
  });
});
