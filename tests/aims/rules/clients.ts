import { beforeAll, describe, expect, test } from "vitest";
import { account, handedOut, type Person, person, sql } from "#tests/cast.ts";
import type { Headers } from "#tests/credentials.ts";
import { accessKeyOf } from "#tests/samples/access-keys.ts";
import { ask, basic } from "../client.ts";
import { managedBy, roleOf } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let here: string;
let admin: Person;

beforeAll(async () => {
  stage = await theStage();
  here = await account("Clients");
  admin = await person(here, ["Administrator"]);
});

type Authentication = {
  authentication: {
    token: string;
    token_expiration: number;
    user: { id: string };
    account: { id: string; name: string };
  };
};

/** What a client keeps once it has signed in, and how it sends everything from then on. */
async function signIn(name: string, secret: string, headers: Headers) {
  const answer = await ask(stage.api, "POST", "/authenticate", { headers: { ...headers, ...basic(name, secret) } });
  expect(answer.status).toBe(200);
  const { authentication } = answer.body as Authentication;
  handedOut.add(authentication.token);
  const sends = { ...headers, ...basic(name, secret), "x-aims-auth-token": authentication.token };
  const call = (method: string, path: string, body?: string, more: Headers = {}) =>
    ask(stage.api, method, path, { headers: { ...sends, ...more }, body });
  return { authentication, call };
}

const python = { "user-agent": "python-requests/2.31.0", accept: "*/*", "accept-encoding": "gzip, deflate" };

describe("a client like almdrlib: Basic and token on every call, path values as they are", () => {
  test("AU12, AU20, G7 with an access key: signs in, reads who it is, works on a user, never with a content type of its own", async () => {
    const { id, secret } = await accessKeyOf(admin);
    const { authentication, call } = await signIn(id, secret, python);
    expect(authentication.account).toMatchObject({ id: here, name: "Clients" });
    expect((await call("GET", "/token_info")).body).toMatchObject({ account: { id: here, name: "Clients" } });
    const json = { "content-type": "application/json" };
    const email = "almdrlib+one@clients.example";
    const made = await call("POST", `/${here}/users`, JSON.stringify({ name: "Made", email }), json);
    expect(made.status).toBe(201);
    const found = await call("GET", `/user/username/${email}?include_role_ids=true`);
    expect(found.body).toMatchObject({ email, role_ids: [] });
    const { id: userId } = found.body as { id: string };
    const key = await call("POST", `/${here}/users/${userId}/access_keys`, "{}", json);
    expect(key.status).toBe(201);
    handedOut.add((key.body as { secret_key: string }).secret_key);
    expect((await call("DELETE", `/${here}/users/${userId}`)).status).toBe(204);
  });

  test("AU19 a password in Latin-1, as its library writes it", async () => {
    const { hashPassword } = await import("#lib/core/crypto/hashing.ts");
    const who = await person(here, []);
    await sql("update users set password_hash = $2 where id = $1", who.id, await hashPassword("Caf\u00e9-au-lait-29"));
    const headers = { ...python, ...basic(who.username, "Caf\u00e9-au-lait-29", "latin1") };
    expect((await ask(stage.api, "POST", "/authenticate", { headers })).status).toBe(200);
  });
});

const go = { "user-agent": "Go-http-client/1.1", "accept-encoding": "gzip" };

describe("a client like the Go one: no content type, whole numbers, any 2xx is success", () => {
  test("X1, X2, G4, G6 signs in without a body, and reads everything into its types", async () => {
    const { authentication, call } = await signIn(admin.username, admin.password, go);
    expect(Number.isInteger(authentication.token_expiration)).toBe(true);
    const role = await call(
      "POST",
      `/${here}/roles`,
      JSON.stringify({ name: "Go", permissions: { "*:own:get:*": "allowed" } }),
    );
    const { id: roleId, permissions } = role.body as { id: string; permissions: object };
    expect(permissions).toEqual({ "*:own:get:*": "allowed" });
    const email = "go@clients.example";
    const user = (await call("POST", `/${here}/users`, JSON.stringify({ name: "Go", email }))).body as { id: string };
    const changed = await call(
      "POST",
      `/${here}/users/${user.id}`,
      JSON.stringify({ name: "", email: "", phone: "123-555-0123" }),
    );
    expect(changed.body).toMatchObject({ name: "Go", email, phone: "123-555-0123" });
    expect((await call("PUT", `/${here}/users/${user.id}/roles/${roleId}`)).status).toBe(204);
    expect((await call("GET", `/${here}/users/${user.id}/role_ids`)).body).toEqual({ role_ids: [roleId] });
    const { body } = await call("GET", `/${here}/users/${user.id}/permissions`);
    expect(body).toEqual({ permissions: [{ "*:own:get:*": "allowed" }] });
    expect((await call("GET", `/users/email/${encodeURIComponent(email)}`)).body).toMatchObject({
      users: [{ id: user.id }],
    });
    expect((await call("GET", `/${here}/account`)).body).toMatchObject({
      id: here,
      created: { at: expect.any(Number) },
    });
  });
});

describe("a client like @al/core: the topology is one object, errors stand in `error`", () => {
  test("AC10 walks the managed accounts; arrays are never missing", async () => {
    const below = await managedBy(here, "Client below");
    const { call } = await signIn(admin.username, admin.password, { "content-type": "application/json" });
    const { topology } = (await call("GET", `/${here}/accounts/managed/topology?fields=id,name,active`)).body as {
      topology: { id: string; managed: { id: string; managed: unknown[] }[] };
    };
    expect(topology.managed.map(({ id, managed }) => [id, managed])).toEqual([[below, []]]);
    expect((await call("GET", `/${here}/users/${admin.id}`)).body).toMatchObject({
      linked_users: [],
      access_keys: expect.any(Array),
    });
  });
});

test("G4 an instant is the second that it lies in, wherever it is read", async () => {
  const [who, role] = [await person(here, []), await roleOf(here)];
  const { id: key } = await accessKeyOf(who);
  await sql("insert into user_roles (user_id, role_id) values ($1, $2)", who.id, role);
  const late = "'2026-01-02 03:04:05.9Z'";
  const changes = `created_at = ${late}, modified_at = ${late}`;
  await sql(
    `update users set ${changes}, last_sign_in_at = ${late}, password_changed_at = ${late} where id = $1`,
    who.id,
  );
  await sql(`update roles set ${changes} where id = $1`, role);
  await sql(`update access_keys set ${changes}, last_sign_in_at = ${late} where id = $1`, key);
  const { call } = await signIn(admin.username, admin.password, go);
  const user = `/${here}/users/${who.id}`;
  for (const path of [
    user,
    `${user}/roles`,
    `${user}/access_keys/${key}`,
    `${user}/access_keys?out=full`,
    `/${here}/roles/${role}`,
  ]) {
    const { text } = await call("GET", path);
    const instants = [...text.matchAll(/"(?:at|last_login)":(\d+)/g)].map(([, at]) => Number(at));
    expect(new Set(instants), path).toEqual(new Set([Date.parse("2026-01-02T03:04:05Z") / 1000]));
  }
});
