import { beforeAll, describe, expect, test } from "vitest";
import { account, grant, type Person, person, sql } from "#tests/cast.ts";
import { as, tokenOf } from "../client.ts";
import { roleOf } from "../requests.ts";
import { type Stage, theStage } from "../stage.ts";

let stage: Stage;
let here: string;
let admin: Person;
let api: ReturnType<typeof as>;

beforeAll(async () => {
  stage = await theStage();
  here = await account("Roles");
  admin = await person(here, ["Administrator"]);
  api = as(stage.api, await tokenOf(stage.api, admin));
});

const globalId = async (name: string) =>
  String((await sql<{ id: string }>("select id from roles where name = $1 and account_id is null", name))[0]?.id);

const grantPath = (userId: string, roleId: string) => `/${here}/users/${userId}/roles/${roleId}`;

test("RO1 the global roles, of every account", async () => {
  const { body } = await api("GET", "/roles");
  const roles = (body as { roles: { name: string }[] }).roles;
  expect(roles).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "Administrator", account_id: "*", global: true, legacy_permissions: [] }),
      expect.objectContaining({
        name: "Power User",
        permissions: {
          "*:own:*:*": "allowed",
          "aims:own:create:*": "denied",
          "aims:own:update:*": "denied",
          "aims:own:delete:*": "denied",
          "aims:own:grant:*": "denied",
          "aims:own:revoke:*": "denied",
        },
      }),
      expect.objectContaining({
        name: "Read Only",
        permissions: { "*:own:list:*": "allowed", "*:own:get:*": "allowed" },
      }),
    ]),
  );
});

test("RO2 a global role by its id; an unknown one is 404", async () => {
  const id = await globalId("Read Only");
  expect((await api("GET", `/roles/${id.toUpperCase()}`)).body).toMatchObject({ id: id.toUpperCase(), global: true });
  for (const unknown of [crypto.randomUUID(), "nonsense", await roleOf(here)])
    expect((await api("GET", `/roles/${unknown}`)).status).toBe(404);
});

test("an account's list has its own roles and the global ones; a global one may be read through it (1.8, no. 12)", async () => {
  const id = await roleOf(here);
  const { body } = await api("GET", `/${here}/roles`);
  const names = (body as { roles: { id: string; account_id: string }[] }).roles.map((role) => [
    role.id,
    role.account_id,
  ]);
  expect(names).toEqual(
    expect.arrayContaining([
      [id.toUpperCase(), here],
      [(await globalId("Read Only")).toUpperCase(), "*"],
    ]),
  );
  expect((await api("GET", `/${here}/roles/${await globalId("Read Only")}`)).body).toMatchObject({ account_id: "*" });
  expect((await api("GET", `/${here}/roles/${id}`)).body).toMatchObject({ account_id: here, version: 1 });
  const others = await roleOf(stage.here);
  for (const unknown of [crypto.randomUUID(), "nonsense", others])
    expect((await api("GET", `/${here}/roles/${unknown}`)).status).toBe(404);
});

describe("RO3, RO4 writing roles", () => {
  const make = (permissions: unknown, name: string = crypto.randomUUID()) =>
    api("POST", `/${here}/roles`, { name, permissions });

  test("RO3 every way to write a pattern", async () => {
    const permissions = {
      "*:own:*:*": "allowed",
      "aims:managed:get:user": "allowed",
      "aims::list:role": "denied",
      [`aims:${here}:get:user`]: "allowed",
    };
    const answer = await make(permissions);
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { permissions, account_id: here, created: { by: admin.id.toUpperCase() } },
    ]);
  });

  test.each([
    { "aims:own:get": "allowed" },
    { "aims:other:get:user": "allowed" },
    { "aims:own:get:user": "yes" },
    { "aims:own:g*t:user": "allowed" },
    { "": "allowed" },
  ])("RO3 %o is invalid_permissions", async (permissions) => {
    const answer = await make(permissions);
    expect([answer.status, answer.body]).toEqual([400, { error: "invalid_permissions" }]);
  });

  test("a name that is taken or empty is invalid_property", async () => {
    await make({}, "Taken");
    for (const name of ["taken", "Administrator", " "])
      expect((await make({}, name)).body).toEqual({ error: "invalid_property" });
  });

  test("RO4 name, permissions or both; permissions are replaced, the version grows", async () => {
    const id = await roleOf(here);
    const change = (body: unknown) => api("POST", `/${here}/roles/${id}`, body);
    expect((await change({ name: "Renamed" })).body).toMatchObject({
      name: "Renamed",
      version: 2,
      permissions: { "*:own:get:*": "allowed" },
    });
    const permissions = { "*:own:list:*": "allowed" };
    expect((await change({ permissions })).body).toMatchObject({ name: "Renamed", version: 3, permissions });
    expect((await api("POST", `/${here}/roles/${crypto.randomUUID()}`, { name: "None" })).status).toBe(404);
  });

  test("RO5 global roles are read-only through an account: 403", async () => {
    const id = await globalId("Read Only");
    expect((await api("POST", `/${here}/roles/${id}`, { name: "Mine" })).status).toBe(403);
    expect((await api("DELETE", `/${here}/roles/${id}`)).status).toBe(403);
  });

  test("RO6 a role that is deleted is gone, with its grants; one that is not there is gone already", async () => {
    const id = await roleOf(here);
    const who = await person(here, []);
    await api("PUT", grantPath(who.id, id));
    for (const which of [id, id, "nonsense"]) expect((await api("DELETE", `/${here}/roles/${which}`)).status).toBe(204);
    expect((await api("GET", `/${here}/users/${who.id}/role_ids`)).body).toEqual({ role_ids: [] });
    expect((await api("GET", `/${here}/roles/${id}`)).status).toBe(404);
  });
});

describe("RG granting and revoking", () => {
  let who: Person;
  let role: string;
  beforeAll(async () => {
    who = await person(here, []);
    role = await roleOf(here);
  });

  const give = (id = role, userId = who.id) => api("PUT", grantPath(userId, id));
  const take = (id = role, userId = who.id) => api("DELETE", grantPath(userId, id));
  const held = async (id = who.id) => (await api("GET", `/${here}/users/${id}/role_ids`)).body;

  test("RG1 granting twice is 204; what was granted can be read, and revoked once", async () => {
    expect([(await give()).status, (await give()).status]).toEqual([204, 204]);
    expect(await held()).toEqual({ role_ids: [role.toUpperCase()] });
    expect((await api("GET", `/${here}/users/${who.id}/roles`)).body).toMatchObject({
      roles: [{ id: role.toUpperCase() }],
    });
    expect([(await take()).status, (await take()).status]).toEqual([204, 404]);
    expect(await held()).toEqual({ role_ids: [] });
  });

  test("RG2 an unknown role is invalid_role_id, an unknown user 404", async () => {
    for (const id of [crypto.randomUUID(), "nonsense", await roleOf(stage.here)])
      expect((await give(id)).body).toEqual({ error: "invalid_role_id" });
    for (const id of [crypto.randomUUID(), "nonsense", stage.ben.id]) expect((await give(role, id)).status).toBe(404);
    for (const id of [crypto.randomUUID(), "nonsense"]) expect((await take(id)).status).toBe(404);
  });

  test("RG3, RG4 Administrator takes the place of all others, and bears none beside it", async () => {
    const administrator = await globalId("Administrator");
    await give();
    expect((await give(administrator)).status).toBe(204);
    expect(await held()).toEqual({ role_ids: [administrator.toUpperCase()] });
    const answer = await give();
    expect([answer.status, answer.body]).toEqual([400, { error: "admin_account_immutable" }]);
  });

  test("RG5, RG7 nobody grants or revokes their own", async () => {
    expect((await give(role, admin.id)).body).toEqual({ error: "self_grant_error" });
    expect((await take(await globalId("Administrator"), admin.id)).body).toEqual({ error: "self_revoke_error" });
  });

  test("RG6, RG8 the last administrator keeps the role", async () => {
    const own = await account("Last");
    const last = await person(own, ["Administrator"]);
    const granter = await person(own, []);
    await sql("insert into roles (account_id, name, permissions) values ($1, 'Nearly', $2)", own, {
      "*:*:*:*": "allowed",
      "nothing:own:nothing:nothing": "denied",
    });
    await grant(granter.id, "Nearly");
    const other = as(stage.api, await tokenOf(stage.api, granter));
    const answer = await other("DELETE", `/${own}/users/${last.id}/roles/${await globalId("Administrator")}`);
    expect([answer.status, answer.body]).toEqual([400, { error: "last_administrator" }]);
    await person(own, ["Administrator"]);
    expect((await other("DELETE", `/${own}/users/${last.id}/roles/${await globalId("Administrator")}`)).status).toBe(
      204,
    );
  });

  test("I-29 nobody grants what they do not hold: 403", async () => {
    const clerk = await person(here, []);
    await sql("insert into roles (account_id, name, permissions) values ($1, 'Clerk', $2)", here, {
      "aims:own:grant:role": "allowed",
    });
    await grant(clerk.id, "Clerk");
    const clerks = as(stage.api, await tokenOf(stage.api, clerk));
    expect((await clerks("PUT", grantPath(who.id, await globalId("Administrator")))).status).toBe(403);
  });
});

describe("PM permissions", () => {
  const permissionsOf = async (id: string) => (await api("GET", `/${here}/users/${id}/permissions`)).body;

  test("PM1, PM2, PM5 the union of all roles; a denial takes the place of an equal allowance, and beats all others", async () => {
    const who = await person(here, []);
    for (const permissions of [
      { "*:own:get:account": "allowed", "aims:own:get:user": "allowed" },
      { "*:own:get:account": "denied", "*:own:list:*": "allowed" },
    ])
      await api("PUT", grantPath(who.id, await roleOf(here, permissions)));
    const { permissions } = (await permissionsOf(who.id)) as { permissions: Record<string, string>[] };
    expect(permissions.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))).toEqual([
      { "*:own:get:account": "denied" },
      { "*:own:list:*": "allowed" },
      { "aims:own:get:user": "allowed" },
    ]);
    const theirs = as(stage.api, await tokenOf(stage.api, who));
    expect((await theirs("GET", `/${here}/account`)).status).toBe(403);
    expect((await theirs("GET", `/${here}/users/${who.id}`)).status).toBe(200);
  });

  test("PM2 the most specific allowance does not stand against a denial", async () => {
    const who = await person(here, []);
    const permissions = { "aims:own:get:account": "allowed", "*:*:*:*": "denied" };
    await api("PUT", grantPath(who.id, await roleOf(here, permissions)));
    const theirs = as(stage.api, await tokenOf(stage.api, who));
    expect((await theirs("GET", `/${here}/account`)).status).toBe(403);
  });

  test("PM3 Read Only lists and gets; every write is 403", async () => {
    const reader = await person(here, ["Read Only"]);
    const theirs = as(stage.api, await tokenOf(stage.api, reader));
    for (const path of ["account", "users", "roles", `users/${admin.id}`, `users/${admin.id}/access_keys`])
      expect((await theirs("GET", `/${here}/${path}`)).status).toBe(200);
    const role = await roleOf(here);
    for (const [method, path, body] of [
      ["POST", "account", {}],
      ["POST", "users", { name: "x", email: "x@example.org" }],
      ["POST", `users/${admin.id}`, {}],
      ["DELETE", `users/${admin.id}`],
      ["POST", "roles", { name: "x", permissions: {} }],
      ["POST", `roles/${role}`, {}],
      ["DELETE", `roles/${role}`],
      ["PUT", `users/${admin.id}/roles/${role}`],
      ["DELETE", `users/${admin.id}/roles/${role}`],
      ["POST", `users/${admin.id}/access_keys`, {}],
    ] as const)
      expect([path, (await theirs(method, `/${here}/${path}`, body)).status]).toEqual([path, 403]);
  });

  test("a change of roles acts on the very next request", async () => {
    const who = await person(here, []);
    const theirs = as(stage.api, await tokenOf(stage.api, who));
    const status = async () => (await theirs("GET", `/${here}/account`)).status;
    const role = await globalId("Read Only");
    const seen = [await status()];
    await api("PUT", grantPath(who.id, role));
    seen.push(await status());
    await api("DELETE", grantPath(who.id, role));
    seen.push(await status());
    expect(seen).toEqual([403, 200, 403]);
  });
});
