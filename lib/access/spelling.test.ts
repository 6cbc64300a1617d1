import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { primary } from "#db/client.ts";
import { proposeRelation } from "#lib/accounts/relations/propose.ts";
import { execute } from "#lib/core/execute.ts";
import { explainPermission } from "#lib/people/permissions/explain.ts";
import { listUsers } from "#lib/people/users/list.ts";
import { account, type Cast, manage, openStage, type Person, person, sql } from "#tests/cast.ts";
import { aimsToken, asPerson } from "#tests/credentials.ts";
import { give, roleRow } from "#tests/rights.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";
import { rolesAmong } from "./granting/held.ts";
import { oneUser } from "./over/rights-over.ts";
import { loadPrincipal } from "./principal/load-principal.ts";
import { createRole } from "./roles/create.ts";
import { getRole } from "./roles/get.ts";
import { updateRole } from "./roles/update.ts";
import { readCatalogue } from "./scopes/catalogue.ts";

let cast: Cast;
let api: TestApi;

beforeAll(async () => {
  cast = await openStage();
  api = await openTestApi();
});

const spellings = ["aims", "admin"];

/** Somebody with a role as it stands in the database. */
async function holder(accountId: string, permissions: Record<string, string>): Promise<Person> {
  const who = await person(accountId, []);
  await give(who.id, await roleRow(accountId, permissions));
  return who;
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "ok",
    (error) => error.code,
  );

describe.each(spellings)("a role that is stored with the service %s", (service) => {
  const listing = async (who: Person) => codeOf(execute(listUsers, await asPerson(who), {}));

  test("grants administration, and its denial denies it", async () => {
    const allowed = await holder(cast.here, { [`${service}:own:list:user`]: "allowed" });
    expect(await listing(allowed)).toBe("ok");
    await give(allowed.id, await roleRow(cast.here, { [`${service}:own:list:*`]: "denied" }));
    expect(await listing(allowed)).toBe("forbidden");
  });

  test("is read as admin, however it is read", async () => {
    const permissions = { [`${service}:own:list:user`]: "allowed" };
    const who = await holder(cast.here, permissions);
    const [role] = await sql<{ role_id: string }>("select role_id from user_roles where user_id = $1", who.id);
    const read = { "admin:own:list:user": "allowed" };
    const ada = await asPerson(cast.ada);
    expect((await execute(getRole, ada, { roleId: role?.role_id ?? "" })).output.permissions).toEqual(read);
    expect((await loadPrincipal(primary(), who.id))?.grants.at(-1)?.permissions).toEqual(read);
    for await (const { permissions } of rolesAmong(primary(), oneUser(who.id))) expect(permissions).toEqual(read);
  });

  test("is explained alike, and asked about in either spelling", async () => {
    const who = await holder(cast.here, { [`${service}:own:list:user`]: "allowed" });
    const ask = async (permission: string) =>
      (await execute(explainPermission, await asPerson(cast.ada), { userId: who.id, permission })).output;
    for (const asked of ["list:user", "aims:own:list:user", "admin:own:list:user"])
      expect(await ask(asked)).toMatchObject({ allowed: true, permission: "admin:own:list:user" });
  });

  test("is agreed to alike in a relationship", async () => {
    const managed = await account(`Managed by ${service}`);
    await manage(cast.here, managed, [`${service}:managed:list:user`]);
    expect(await codeOf(execute(listUsers, await asPerson(cast.ada), { accountId: managed }))).toBe("ok");
  });

  test("is told to clients of AIMS as aims", async () => {
    const who = await holder(cast.here, { [`${service}:own:list:user`]: "allowed" });
    const headers = await aimsToken(cast.ada);
    const path = `/aims/v1/${cast.here}/users/${who.id}`;
    const said = JSON.parse((await api.request(`${path}/permissions`, { headers })).text);
    expect(said.permissions).toEqual([{ "aims:own:list:user": "allowed" }]);
    const { roles } = JSON.parse((await api.request(`${path}/roles`, { headers })).text);
    expect(roles[0].permissions).toEqual({ "aims:own:list:user": "allowed" });
  });
});

test("a role that is stored with both denies what either denies", async () => {
  const who = await holder(cast.here, { "aims:own:list:user": "denied", "admin:own:list:user": "allowed" });
  expect(await codeOf(execute(listUsers, await asPerson(who), {}))).toBe("forbidden");
});

describe.each(spellings)("a pattern that is written with the service %s", (service) => {
  const stored = async (table: string, column: string, id: string) =>
    (await sql<{ text: string }>(`select ${column}::text as text from ${table} where id = $1`, id))[0]?.text;

  test("is stored as the version before reads it, and answered as admin", async () => {
    const ada = await asPerson(cast.ada);
    const permissions = { [`${service}:own:get:user`]: "allowed" } as const;
    const { output: made } = await execute(createRole, ada, { name: `Made with ${service}`, permissions });
    expect(made.permissions).toEqual({ "admin:own:get:user": "allowed" });
    expect(await stored("roles", "permissions", made.id)).toBe('{"aims:own:get:user": "allowed"}');
    const changes = { [`${service}:own:get:group`]: "denied" } as const;
    await execute(updateRole, ada, { roleId: made.id, permissions: changes });
    expect(await stored("roles", "permissions", made.id)).toBe('{"aims:own:get:group": "denied"}');
  });

  test("is a right of a relationship alike", async () => {
    const rights = [`${service}:managed:get:account`];
    const asked = { otherId: "99999998", side: "managing", rights } as const;
    await execute(proposeRelation, await asPerson(cast.ada), asked);
    const [row] = await sql<{ rights: string[] }>("select rights from relation_proposals order by created_at desc");
    expect(row?.rights).toEqual(["aims:managed:get:account"]);
  });

  test("is a scope of SCOPES_FILE alike", () => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    const file = join(folder, "scopes.json");
    const scope = { name: "Own", sentence: "Do it.", permissions: [`${service}:own:get:user`] };
    writeFileSync(file, JSON.stringify({ replace: true, scopes: [scope] }));
    expect(readCatalogue(file)).toEqual([{ ...scope, permissions: ["admin:own:get:user"] }]);
    rmSync(folder, { recursive: true });
  });
});
