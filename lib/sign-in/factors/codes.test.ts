import { beforeAll, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { ownName } from "#lib/http/cookies.ts";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer } from "#tests/credentials.ts";
import { rounds } from "#tests/depth.ts";
import { authenticatorOf, challengeOf } from "#tests/factors.ts";
import { startReplica } from "#tests/replica.ts";
import { type Answer, json, openTestApi, type TestApi } from "#tests/test-api.ts";
import { takeCode } from "./totp.ts";

let api: TestApi;
let replica: TestApi;

beforeAll(async () => {
  const { url } = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  [api, replica] = [await openTestApi(), await startReplica(url)];
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

describe("a code", () => {
  const prove = async (who: Person, proof: object, from?: string) =>
    post("/sign-in/second-factor", { challenge: await challengeOf(who, "code"), ...proof }, undefined, from);

  // Ten seconds short of a whole step, so that a step which ends meanwhile leaves the code one step old.
  const aStepAgo = -2 / 3;

  test.each([
    ["a step ago", aStepAgo],
    ["now", 0],
    ["a step ahead", 1],
  ])("is taken as shown %s", async (_, steps) => {
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

  test(`one step is taken once: ${rounds(500)} rounds of 20 at once`, async () => {
    const who = await someone();
    const { id, code } = await authenticatorOf(who);
    for (let round = 0; round < rounds(500); round++) {
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
        return post("/sign-in/second-factor", input, undefined, "", n % 2 ? replica : api);
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
    for (let n = 0; n < count; n++) expect(told(await prove(who, { code: wrong }, from))).toEqual([401, "wrong_code"]);
    expect((await prove(who, { code: await code() }, from)).status).toBe(201);
    const [notice] = await sql<{ text: string }>(
      "select data->>'paragraphs' as text from jobs.job where data->>'userId' = $1 and data->>'event' = 'sign_in_after_failures'",
      who.id,
    );
    expect(notice?.text.match(/\d+ times/)?.[0]).toBe(words);
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

test("many that prove a factor at once with a cookie of a device leave connections for everybody else", async () => {
  const who = await someone();
  await authenticatorOf(who);
  const challenge = await challengeOf(who, "code");
  const headers = { cookie: `${ownName("known-device")}=${mintSecret("dev")}`, "x-forwarded-for": somewhere() };
  const input = json({ challenge, recoveryCode: "wrong-wrong-wrong-wron" }, headers);
  const asked = Array.from({ length: 60 }, () =>
    api.request("/api/v1/sign-in/second-factor", { method: "POST", ...input }),
  );
  const others = await sql("select 1 as there");
  expect([others, (await Promise.all(asked)).filter(({ status }) => status >= 500)]).toEqual([[{ there: 1 }], []]);
});
