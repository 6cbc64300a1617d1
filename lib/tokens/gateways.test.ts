import { beforeAll, expect, test } from "vitest";
import { account, type Cast, handedOut, manage, openStage, person, sql } from "#tests/cast.ts";
import { bearer, sessionOf, tokenOf } from "#tests/credentials.ts";
import { gatewayOf } from "#tests/samples/gateways.ts";
import { json, openTestApi, type TestApi } from "#tests/test-api.ts";

let cast: Cast;
let api: TestApi;
let ada: string;

beforeAll(async () => {
  cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  api = await openTestApi();
  ada = await sessionOf(cast.ada);
});

const make = (name: string, secret = ada, more = {}) =>
  api.request("/api/v1/gateways", { method: "POST", ...json({ name, ...more }, bearer(secret)) });
const list = (query = "") => api.request(`/api/v1/gateways${query}`, { headers: bearer(ada) });

type Page = { items: { name: string }[]; nextCursor: string | null };

test("a gateway is made with a secret that is told this once, and listed by name", async () => {
  const made = await make("Öffentlich");
  const secret = made.field("secret");
  handedOut.add(secret);
  expect(made.body).toMatchObject({
    name: "Öffentlich",
    accountId: cast.here,
    preview: `lk_gtw_…${secret.slice(-4)}`,
    createdBy: cast.ada.id,
    lastUsedAt: null,
  });
  await make("api");
  const { text, body } = await list();
  expect((body as Page).items.map(({ name }) => name)).toEqual(["api", "Öffentlich"]);
  expect(text).not.toContain(secret);
  expect((await list("?search=FFENT")).body).toMatchObject({ items: [{ name: "Öffentlich" }] });
  const first = (await list("?limit=1")).body as Page;
  const second = (await list(`?limit=1&cursor=${first.nextCursor}`)).body as Page;
  expect([first, second].flatMap(({ items }) => items.map(({ name }) => name))).toEqual(["api", "Öffentlich"]);
  expect(second.nextCursor).toBeNull();
});

test("a name is used once in an account, whatever its case, and again in another", async () => {
  expect((await make("twice")).status).toBe(201);
  const again = await make("TWICE");
  expect([again.status, again.body]).toMatchObject([409, { errors: [{ pointer: "/name", code: "taken" }] }]);
  expect((await make("twice", await sessionOf(cast.dan))).status).toBe(201);
});

test("an account has a hundred at most, however many ask at once", async () => {
  const full = await account("Full");
  const admin = await sessionOf(await person(full, ["Administrator"]));
  for (let turn = 0; turn < 95; turn++) await gatewayOf(full);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, turn) => make(`one more ${turn}`, admin)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
  expect(answers.filter((answer) => answer.status === 409 && answer.field("code") === "limit_reached")).toHaveLength(5);
});

test("those who manage an account make and delete its gateways; others find none there", async () => {
  const below = await account("Below");
  await manage(cast.here, below);
  const made = await make("theirs", ada, { accountId: below });
  expect(made.body).toMatchObject({ accountId: below });
  const gone = (secret: string, query = "") =>
    api.request(`/api/v1/gateways/${made.field("id")}${query}`, { method: "DELETE", headers: bearer(secret) });
  expect((await gone(await sessionOf(cast.dan))).status).toBe(404);
  expect((await gone(ada)).status).toBe(404);
  expect((await gone(ada, `?accountId=${below}`)).status).toBe(200);
  expect(await sql("select 1 from gateways where account_id = $1", below)).toEqual([]);
});

test("a token makes one only with the scope that names it", async () => {
  const { secret } = await tokenOf(cast.ada, ["gateways"]);
  expect((await make("by token", secret)).status).toBe(201);
  const { secret: other } = await tokenOf(cast.ada, ["users"]);
  expect((await make("by another", other)).field("code")).toBe("insufficient_scope");
});

test("no secret is on record", async () => {
  const [record] = await sql<{ text: string }>("select string_agg(e::text, ' ') as text from audit_entries e");
  for (const secret of handedOut) expect(record?.text).not.toContain(secret);
});
