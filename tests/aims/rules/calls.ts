import { beforeAll, describe, expect, test } from "vitest";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { person, sql } from "#tests/cast.ts";
import { as, ask, basic, readOnly, sent, tokenOf, withToken } from "../client.ts";
import { type Documented, documented } from "../contract.ts";
import { type Request, requestsOf } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let requests: Record<string, Request>;
let admin: string;
let roleless: string;

beforeAll(async () => {
  stage = await theStage();
  requests = await requestsOf(stage);
  admin = await tokenOf(stage.api, stage.ada);
  roleless = await tokenOf(stage.api, stage.cleo);
});

/** No token is wanted here (1.8, no. 10; the prose, where the file says otherwise). */
const open = ["authenticate", "change_password", "initiate_password_reset", "reset_password", "mfa_enroll"];
const wantsToken = documented.filter(({ id }) => !open.includes(id));
const forEverybody = ["get_token_info", "list_global_roles", "get_global_role_details"];
const named = ({ id }: Documented) => requests[id] as Request;
const saying = (status: number, key: string) =>
  documented.filter(({ answers }) => answers.get(status)?.keys.includes(key));
const answering = (status: number) => documented.filter(({ answers }) => answers.has(status));

const call = (operation: Documented, headers = withToken(admin), body: unknown = named(operation).body) =>
  ask(stage.api, operation.method, named(operation).path, body === undefined ? { headers } : sent(body, headers));

test.each(wantsToken)("G2 $id: no, unknown, foreign or expired token is 401 and empty", async (operation) => {
  const late = await tokenOf(stage.api, stage.ada);
  await sql("update sessions set expires_at = now() where secret_hash = $1", hashSecret(late));
  const all = [{}, withToken("nonsense"), withToken(late), basic(stage.ada.username, stage.ada.password)];
  for (const headers of all) {
    const answer = await call(operation, headers);
    expect([answer.status, answer.text]).toEqual([401, ""]);
  }
});

test.each([
  ["GET", "/nowhere"],
  ["POST", "/nowhere/at/all"],
  ["PUT", "/roles"],
  ["DELETE", "/1/account"],
])("G2 %s %s, which is not there: the token is looked at first", async (method, path) => {
  const answers = await Promise.all(
    [{}, withToken("nonsense"), withToken(admin)].map((headers) => ask(stage.api, method, path, { headers })),
  );
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [401, ""],
    [401, ""],
    [path.startsWith("/nowhere") ? 404 : 405, ""],
  ]);
  expect((await ask(stage.api, "DELETE", "/authenticate")).status).toBe(405);
});

test.each(wantsToken.filter(({ id }) => !forEverybody.includes(id)))(
  "G3, PM4 $id: 403 without the permission",
  async (operation) => {
    const answer = await call(operation, withToken(roleless));
    expect([answer.status, answer.text]).toEqual([403, ""]);
  },
);

test.each(forEverybody)("PM4 %s is for everybody who signed in", async (id) => {
  const answer = await as(stage.api, roleless)("GET", id === "get_token_info" ? "/token_info" : "/roles");
  expect(answer.status).toBe(200);
});

test.each(saying(503, "writes_disabled"))("G10 $id: 503 writes_disabled in read-only mode", async (operation) => {
  const answer = await readOnly(() => call(operation));
  expect([answer.status, answer.body]).toEqual([503, { error: "writes_disabled" }]);
});

const ofAccount = wantsToken.filter(({ path }) => path.includes("{account_id}"));

test.each(ofAccount)(
  "AC2, G11 $id: an account that cannot be seen is 403, what is no account 404",
  async (operation) => {
    const { path, body } = named(operation);
    const api = as(stage.api, admin);
    for (const other of [stage.there, "99999999", "2"]) {
      expect((await api(operation.method, path.replace(stage.here, other), body)).status).toBe(403);
    }
    expect((await api(operation.method, path.replace(stage.here, "none"), body)).status).toBe(404);
  },
);

test.each(answering(413))("G8 $id: 413 above 1 MB", async (operation) => {
  const body = JSON.stringify({ ...named(operation).body, padding: "x".repeat(1024 * 1024) });
  const answer = await ask(stage.api, operation.method, named(operation).path, { headers: withToken(admin), body });
  expect([answer.status, answer.text]).toEqual([413, ""]);
});

test("G8 up to 1 MB is legal", async () => {
  const body = { label: "x", padding: "x".repeat(1024 * 1024 - 100) };
  const answer = await as(stage.api, admin)("POST", `/${stage.here}/users/${stage.ada.id}/access_keys`, body);
  expect(answer.status).toBe(201);
});

describe("G5 what is wrong with a body", () => {
  const withBody = documented.filter(({ id }) => ["POST", "PUT"].includes(methodOf(id)) && hasBody(id));

  test.each(withBody)("$id: invalid_json", async (operation) => {
    for (const body of ["{", "[]", "null", '"text"', "\u0000"]) {
      const answer = await ask(stage.api, operation.method, named(operation).path, {
        headers: withToken(admin),
        body,
      });
      expect([body, answer.status, answer.body]).toEqual([body, 400, { error: "invalid_json" }]);
    }
  });

  test.each(withBody)("$id: invalid_property for a value of another kind", async (operation) => {
    const [name = ""] = Object.keys(named(operation).body ?? {}).slice(-1);
    const property = name || "mfa_code";
    const answer = await call(operation, withToken(admin), { ...named(operation).body, [property]: 42 });
    expect([answer.status, answer.body]).toEqual([400, { error: "invalid_property" }]);
  });

  const required: Record<string, string[]> = {
    create_user: ["name", "email"],
    create_role: ["name", "permissions"],
    change_password: ["email", "current_password", "new_password"],
    initiate_password_reset: ["email", "return_to"],
    reset_password: ["password"],
    mfa_enroll: ["mfa_uri", "mfa_codes"],
  };

  test.each(Object.keys(required))("%s: missing_required_property, before anything else about it", async (id) => {
    const operation = documented.find((one) => one.id === id) as Documented;
    for (const property of required[id] ?? []) {
      const rest = Object.entries(named(operation).body ?? {}).filter(([name]) => name !== property);
      const body = Object.fromEntries(rest.map(([name]) => [name, 42]));
      const answer = await call(operation, withToken(admin), body);
      expect([property, answer.status, answer.body]).toEqual([property, 400, { error: "missing_required_property" }]);
    }
  });

  test("unknown properties are ignored", async () => {
    const answer = await as(stage.api, admin)("POST", `/${stage.here}/account`, {
      mfa_required: false,
      name: "Else",
      x: 1,
    });
    expect(answer.body).toMatchObject({ name: "Quarry", mfa_required: false });
  });
});

const bodies = new Set(
  ["authenticate", "change_password", "initiate_password_reset", "reset_password", "mfa_enroll"].concat(
    ["update_account_details", "create_role", "update_role_details", "create_user", "update_user_details"],
    ["create_access_key", "update_access_key"],
  ),
);
const hasBody = (id: string) => bodies.has(id);
const methodOf = (id: string) => documented.find((one) => one.id === id)?.method ?? "";

test("G1 JSON is called so; 204, and a plain 401, 403 or 404, has no body and no type", async () => {
  const reader = as(stage.api, await tokenOf(stage.api, await person(stage.here, ["Read Only"])));
  const api = as(stage.api, admin);
  const own = { email: "g1@calls.example", name: "G One" };
  expect((await api("GET", `/${stage.here}/users/${stage.ada.id}`)).headers["content-type"]).toBe("application/json");
  expect((await api("GET", `/user/${stage.ada.id}?include_role_ids=nonsense`)).headers["content-type"]).toBe(
    "application/json",
  );
  const plain = [
    [204, await api("DELETE", `/${stage.here}/users/${crypto.randomUUID()}`)],
    [401, await ask(stage.api, "GET", "/token_info")],
    [403, await reader("POST", `/${stage.here}/users`, own)],
    [404, await api("GET", `/${stage.here}/users/${crypto.randomUUID()}`)],
  ] as const;
  for (const [status, { headers, ...answer }] of plain)
    expect([answer.status, answer.text, headers["content-type"]]).toEqual([status, "", undefined]);
});

test("G4 instants are whole epoch seconds, versions integers, and nothing is null", async () => {
  const { text, body } = await as(stage.api, admin)("GET", `/${stage.here}/users/${stage.ada.id}`);
  const user = body as Record<string, Record<string, unknown>>;
  expect(user).toMatchObject({ version: expect.any(Number), linked_users: [], mfa_enabled: false });
  expect(Number.isInteger(user.created?.at)).toBe(true);
  expect(user.user_credential?.last_login).toBeGreaterThan(1_700_000_000);
  expect(user.user_credential?.last_login).toBeLessThan(10_000_000_000);
  expect(text).not.toContain("null");
});

test.each([{}, { "content-type": "application/x-www-form-urlencoded" }, { "content-type": "text/plain" }])(
  "G6 a body is JSON, whatever it is called: %o",
  async (type) => {
    const headers = { ...withToken(admin), ...(type as Record<string, string>) };
    const path = `/${stage.here}/users/${stage.ben.id}`;
    const answer = await ask(stage.api, "POST", path, { headers, body: JSON.stringify({ phone: "123-555-0123" }) });
    expect(answer.body).toMatchObject({ phone: "123-555-0123" });
  },
);

test("G6 an empty body is an empty object", async () => {
  const answer = await ask(stage.api, "POST", `/${stage.here}/users/${stage.ben.id}`, { headers: withToken(admin) });
  expect(answer.status).toBe(200);
});

test("G7 beside a token, Basic neither signs in nor fails the call", async () => {
  for (const extra of [
    basic(stage.cleo.username, stage.cleo.password),
    basic("nobody", "wrong"),
    { authorization: "Basic" },
  ]) {
    const answer = await ask(stage.api, "GET", "/token_info", { headers: { ...withToken(admin), ...extra } });
    expect(answer.body).toMatchObject({ entity_id: stage.ada.id.toUpperCase() });
  }
});

test("G9 what stands in the address is decoded once, and a plus sign stays one", async () => {
  const api = as(stage.api, admin);
  const email = "ada+one%40two@example.org";
  const made = await api("POST", `/${stage.here}/users`, { name: "Plus", email: "ada+one@example.org" });
  expect(made.status).toBe(201);
  for (const path of ["ada+one@example.org", "ada%2Bone%40example.org", "ada%2bone@example.org"])
    expect((await api("GET", `/user/username/${path}`)).body).toMatchObject({ username: "ada+one@example.org" });
  for (const path of ["ada%20one@example.org", "ada%252Bone%2540example.org", encodeURIComponent(email)])
    expect((await api("GET", `/user/username/${path}`)).status).toBe(404);
});

test("G12 ids are upper-case UUIDs, and compared without regard to case", async () => {
  const api = as(stage.api, admin);
  for (const id of [stage.ada.id.toUpperCase(), stage.ada.id.toLowerCase()])
    expect((await api("GET", `/user/${id}`)).body).toMatchObject({ id: stage.ada.id.toUpperCase() });
});

test.each(["include_role_ids", "include_user_credential", "include_access_keys"])(
  "G13 %s is true or false; anything else is invalid_option",
  async (option) => {
    const api = as(stage.api, admin);
    for (const word of ["yes", "1", "TRUE", ""]) {
      const answer = await api("GET", `/user/${stage.ada.id}?${option}=${word}`);
      expect([answer.status, answer.body]).toEqual([400, { error: "invalid_option" }]);
    }
  },
);

test("a method that is not there is 405 and empty, and an address that is not there 404 and empty", async () => {
  const answer = await ask(stage.api, "PATCH", "/token_info", { headers: withToken(admin) });
  expect([answer.status, answer.text, answer.headers.allow]).toEqual([405, "", "GET"]);
  const nowhere = await ask(stage.api, "GET", "/nothing/here", { headers: withToken(admin) });
  expect([nowhere.status, nowhere.text]).toEqual([404, ""]);
});

test("budgets hold here as everywhere: wrong passwords end in 429, with the time to wait", async () => {
  const { env } = await import("#lib/env.ts");
  const shared = globalThis as { latchkeyLimiters?: Map<string, unknown> };
  const before = env().RATE_LIMIT_FACTOR;
  await sql("delete from budgets");
  env().RATE_LIMIT_FACTOR = 1;
  shared.latchkeyLimiters = undefined;
  try {
    const guess = () =>
      ask(stage.api, "POST", "/authenticate", { headers: basic("budget@example.org", "Wrong-Password-1") });
    const answers = [await guess()];
    while (answers.at(-1)?.status === 401 && answers.length < 12) answers.push(await guess());
    expect(answers[0]?.status).toBe(401);
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { error: "too_many_requests" } });
    expect(Number(answers.at(-1)?.headers["retry-after"])).toBeGreaterThan(0);
  } finally {
    env().RATE_LIMIT_FACTOR = before;
    shared.latchkeyLimiters = undefined;
    await sql("delete from budgets");
  }
});

test("X4 clients find this portal where they look for services", async () => {
  const { env } = await import("#lib/env.ts");
  const here = new URL(env().APP_URL).host;
  const one = await stage.api.request(`/endpoints/v1/${stage.here}/residency/default/services/aims/endpoint`);
  expect([one.status, one.body]).toEqual([200, { aims: here }]);
  const several = await stage.api.request(`/endpoints/v1/${stage.here}/residency/default/endpoints`, {
    method: "POST",
    body: '["aims", "search"]',
  });
  expect([several.status, several.body]).toEqual([200, { aims: here, search: here }]);
  const odd = await stage.api.request(`/endpoints/v1/${stage.here}/residency/mars/services/aims/endpoint`);
  expect([odd.status, odd.text]).toEqual([404, ""]);
});
