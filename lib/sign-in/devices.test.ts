import { beforeAll, expect, test } from "vitest";
import { ownName } from "#lib/http/cookies.ts";
import { account, openStage, type Person, person } from "#tests/cast.ts";
import { authenticatorOf, challengeOf } from "#tests/factors.ts";
import { letPausesPass } from "#tests/pauses.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
let places = 0;
const somewhere = () => `203.2.0.${++places}`;

type From = { address?: string; device?: string };

const post = (path: string, input: object, { address = somewhere(), device }: From = {}) =>
  api.request(`/api/v1${path}`, {
    method: "POST",
    ...json(input, { "x-forwarded-for": address, ...(device && { cookie: `${ownName("known-device")}=${device}` }) }),
  });

const signIn = ({ username }: Person, password: string, from?: From) =>
  post("/sign-in/password", { username, password }, from);

/** Signs in with a browser, which from then on is known. */
async function deviceOf(who: Person): Promise<string> {
  const { ticket } = (await signIn(who, who.password)).body as { ticket: string };
  return (await post("/sign-in/ticket", { ticket, kind: "browser" })).field("device");
}

const wrong = "Not-the-Password-1";

/** Guesses, waiting a little in between, until it has to wait long; how many were looked at. */
async function exhaust(who: Person, from: From): Promise<number> {
  for (let looks = 0; ; looks++) {
    await letPausesPass();
    if ((await signIn(who, wrong, from)).status === 429) return looks;
  }
}

test("a known device is not made to wait by what others guess, from the same address or from everywhere", async () => {
  const who = await someone();
  const device = await deviceOf(who);
  const address = somewhere();
  await exhaust(who, { address });
  await Promise.all(Array.from({ length: 140 }, () => signIn(who, wrong)));
  expect((await signIn(who, who.password, { address })).status).toBe(429);
  expect((await signIn(who, who.password)).status).toBe(429);
  expect((await signIn(who, who.password, { address, device })).status).toBe(201);
});

test("a known device has a budget of its own, and no more than that", async () => {
  const who = await someone();
  const device = await deviceOf(who);
  expect(await exhaust(who, { device })).toBe(10);
  expect((await signIn(who, who.password, { device })).status).toBe(429);
  expect((await signIn(who, who.password)).status).toBe(201);
});

test("one person's known device is nobody else's", async () => {
  const [ben, eve] = [await someone(), await someone()];
  const device = await deviceOf(eve);
  const address = somewhere();
  await exhaust(ben, { address, device });
  expect((await signIn(ben, ben.password, { address, device })).status).toBe(429);
});

test("a device that is made up is none", async () => {
  const who = await someone();
  const address = somewhere();
  await exhaust(who, { address, device: "lk_dev_made_up" });
  expect((await signIn(who, who.password, { address, device: "lk_dev_made_up" })).status).toBe(429);
});

test("codes are guarded the same way", async () => {
  const who = await someone();
  const device = await deviceOf(who);
  const { code } = await authenticatorOf(who);
  const address = somewhere();
  const guess = async (from: From) =>
    post(
      "/sign-in/second-factor",
      { challenge: await challengeOf(who, "code"), recoveryCode: "wrong-wrong-wrong-wron" },
      from,
    );
  for (let n = 0; n < 6; n++) await guess({ address });
  const challenge = await challengeOf(who, "code");
  expect((await post("/sign-in/second-factor", { challenge, code: await code() }, { address })).status).toBe(429);
  expect((await post("/sign-in/second-factor", { challenge, code: await code() }, { address, device })).status).toBe(
    201,
  );
});
