import { beforeAll, expect, test } from "vitest";
import { account, openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf } from "#tests/credentials.ts";
import { linkOf } from "#tests/factors.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
});

const someone = async () => person(await account("Own"), ["Member"]);
const post = (path: string, link: string) => api.request(`/api/v1${path}`, { method: "POST", ...json({ link }) });
const look = async (link: string) => (await post("/sign-in/not-me/check", link)).body;
const disown = (link: string) => post("/sign-in/not-me", link);
const devicesOf = ({ id }: Person) => sql("select 1 from devices where user_id = $1", id);

test("a sign-in is disowned with the mailed link, once: every session ends, every device is forgotten", async () => {
  const who = await someone();
  const session = await sessionOf(who);
  await sql("insert into devices (user_id, secret_hash) values ($1, '\\x00')", who.id);
  const link = await linkOf(who, "not-me");
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await disown(link)).status));
  expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 19 }, () => 410)]);
  expect((await api.request("/api/v1/me", { headers: bearer(session) })).status).toBe(401);
  expect(await devicesOf(who)).toEqual([]);
});

test("the link is looked at without being used up, and ends nothing by that", async () => {
  const who = await someone();
  const session = await sessionOf(who);
  const link = await linkOf(who, "not-me");
  const { id, accountId, username } = who;
  for (const _ of [1, 2]) expect(await look(link)).toEqual({ user: { id, accountId, username } });
  expect((await api.request("/api/v1/me", { headers: bearer(session) })).status).toBe(200);
  expect((await disown(link)).status).toBe(201);
  expect(await look(link)).toEqual({ user: null });
});

test("a link that is unknown, too old, or for something else names nobody", async () => {
  const who = await someone();
  const old = await linkOf(who, "not-me");
  await sql("update links set expires_at = now() where user_id = $1", who.id);
  const other = await linkOf(who, "reset");
  for (const link of ["lk_lnk_none", old, other]) expect(await look(link)).toEqual({ user: null });
});
