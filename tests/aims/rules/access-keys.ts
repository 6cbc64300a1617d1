import { beforeAll, describe, expect, test } from "vitest";
import { account, grant, handedOut, type Person, person, sql } from "#tests/cast.ts";
import { as, ask, basic, tokenOf } from "../client.ts";
import { managedBy } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let here: string;
let admin: Person;
let who: Person;
let api: ReturnType<typeof as>;

beforeAll(async () => {
  stage = await theStage();
  here = await account("Keys");
  admin = await person(here, ["Administrator"]);
  who = await person(here, []);
  api = as(stage.api, await tokenOf(stage.api, admin));
});

type Key = { access_key_id: string; secret_key: string };

const keysOf = ({ id }: { id: string }) => `/${here}/users/${id}/access_keys`;

async function made(person = who, body?: unknown) {
  const answer = await api("POST", keysOf(person), body);
  expect(answer.status).toBe(201);
  const key = answer.body as Key;
  handedOut.add(key.secret_key);
  return key;
}

const clear = () => sql("delete from access_keys where user_id = $1", who.id);
const signIn = ({ access_key_id, secret_key }: Key) =>
  ask(stage.api, "POST", "/authenticate", { headers: basic(access_key_id, secret_key) });

test("AK1, AK2 a key says whose it is; its secret is told at creation only", async () => {
  await clear();
  const key = await made(who, { label: "api access" });
  expect(key).toMatchObject({
    access_key_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    user_id: who.id.toUpperCase(),
    account_id: here,
    label: "api access",
    last_login: 0,
    secret_key: expect.stringMatching(/^[0-9a-f]{64}$/),
    created: { by: admin.id.toUpperCase() },
  });
  for (const path of [`${keysOf(who)}/${key.access_key_id}`, `${keysOf(who)}?out=full`, `/user/${who.id}`])
    expect((await api("GET", path)).text).not.toContain(key.secret_key);
});

test("AK3 last_login follows sign-ins", async () => {
  await clear();
  const key = await made();
  await signIn(key);
  const { last_login } = (await api("GET", `${keysOf(who)}/${key.access_key_id}`)).body as { last_login: number };
  expect(last_login).toBeGreaterThan(1_700_000_000);
});

describe("AK4, X3 one key", () => {
  test("an unknown one, or one of another user, is 404", async () => {
    await clear();
    const { access_key_id } = await made();
    expect((await api("GET", `${keysOf(who)}/${access_key_id.toUpperCase()}`)).body).toMatchObject({ access_key_id });
    const addresses = [
      `${keysOf(admin)}/${access_key_id}`,
      `${keysOf(who)}/0123456789abcdef`,
      `${keysOf(who)}/nonsense`,
    ];
    for (const address of addresses) {
      expect((await api("GET", address)).status).toBe(404);
      expect((await api("DELETE", address)).status).toBe(404);
    }
    expect((await api("POST", "/access_keys/0123456789abcdef", { label: "x" })).status).toBe(404);
  });

  test("X3 it may be read without saying whose", async () => {
    await clear();
    const { access_key_id } = await made(who, { label: "found" });
    expect((await api("GET", `/access_keys/${access_key_id}`)).body).toMatchObject({ access_key_id, label: "found" });
    const others = as(stage.api, await tokenOf(stage.api, stage.ada));
    expect((await others("GET", `/access_keys/${access_key_id}`)).status).toBe(404);
    expect((await others("POST", `/access_keys/${access_key_id}`, { label: "mine" })).status).toBe(404);
  });
});

test("AK5 ids, unless out=full", async () => {
  await clear();
  const { access_key_id } = await made();
  for (const query of ["", "?out=ids_only"])
    expect((await api("GET", keysOf(who) + query)).body).toEqual({ access_keys: [access_key_id] });
  expect((await api("GET", `${keysOf(who)}?out=full`)).body).toMatchObject({ access_keys: [{ access_key_id }] });
  expect((await api("GET", `${keysOf(who)}?out=some`)).body).toEqual({ error: "invalid_option" });
});

describe("AK6 labels", () => {
  test("are optional: an empty object and no body make an unlabelled key", async () => {
    await clear();
    for (const body of [{}, undefined]) expect(await made(who, body)).not.toHaveProperty("label");
  });

  test("can be changed, and must be one line", async () => {
    await clear();
    const { access_key_id } = await made(who, { label: "one" });
    const change = (body: unknown) => api("POST", `/access_keys/${access_key_id}`, body);
    expect((await change({ label: "two" })).body).toMatchObject({ access_key_id, label: "two" });
    expect((await change({})).body).toMatchObject({ label: "two" });
    for (const label of ["x".repeat(101), "a\nb"]) {
      expect((await change({ label })).body).toEqual({ error: "invalid_label" });
      expect((await api("POST", keysOf(who), { label })).body).toEqual({ error: "invalid_label" });
    }
  });

  test("of a managed account's keys are changed there, and on record there", async () => {
    const below = await managedBy(here, "Keys below");
    const there = await person(below, []);
    const answer = await api("POST", `/${below}/users/${there.id}/access_keys`, { label: "one" });
    const { access_key_id } = answer.body as Key;
    expect((await api("POST", `/access_keys/${access_key_id}`, { label: "two" })).body).toMatchObject({
      account_id: below,
    });
    const [entry] = await sql(
      "select account_id from audit_entries where target = $1 order by id desc limit 1",
      access_key_id,
    );
    expect(entry).toEqual({ account_id: below });
  });
});

test("AK7 five at most: limit_exceeded, however many ask at once", async () => {
  await clear();
  const answers = await Promise.all(Array.from({ length: 8 }, () => api("POST", keysOf(who))));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
  for (const { status, body } of answers.filter(({ status }) => status !== 201))
    expect([status, body]).toEqual([400, { error: "limit_exceeded" }]);
});

test("AK8 a deleted key stops at once, and every token that it opened", async () => {
  await clear();
  const [key, other] = [await made(), await made()];
  const tokens = await Promise.all(
    [key, other].map(async (one) => (await signIn(one)).body as { authentication: { token: string } }),
  );
  expect((await api("DELETE", `${keysOf(who)}/${key.access_key_id}`)).status).toBe(204);
  expect((await signIn(key)).status).toBe(401);
  const statuses = tokens.map(
    async ({ authentication }) => (await as(stage.api, authentication.token)("GET", "/token_info")).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 200]);
});

test("I-29 nobody makes a key for somebody who may do more than they: 403", async () => {
  const clerk = await person(here, []);
  await sql("insert into roles (account_id, name, permissions) values ($1, 'Key clerk', $2)", here, {
    "aims:own:create:access_key": "allowed",
  });
  await grant(clerk.id, "Key clerk");
  const clerks = as(stage.api, await tokenOf(stage.api, clerk));
  expect((await clerks("POST", keysOf(admin))).status).toBe(403);
  expect((await clerks("POST", keysOf(clerk))).status).toBe(201);
});
