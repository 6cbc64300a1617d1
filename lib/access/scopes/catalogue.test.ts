import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "#lib/core/execute.ts";
import { permissionPattern } from "#lib/core/fields.ts";
import "#lib/operations.ts";
import { type Cast, openStage } from "#tests/cast.ts";
import { asPerson, callerWith } from "#tests/credentials.ts";
import { listScopes, managesTokens, patternsOf, readCatalogue, scopesCarrying } from "./catalogue.ts";

let cast: Cast;
const folder = mkdtempSync(join(tmpdir(), "latchkey-scopes-"));

beforeAll(async () => {
  cast = await openStage();
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const own = { name: "Deploy", sentence: "Deploy things.", permissions: ["pro:own:deploy:app"] };
const namesOf = (content: unknown) => readCatalogue(fileOf(content)).map(({ name }) => name);

test("the standard catalogue is there, each scope a name, a sentence and patterns", () => {
  const standard = readCatalogue(undefined);
  const names = [
    "Authentication",
    "PublishApp",
    "PublishAimms",
    "Tasks",
    "Session",
    "APIKey",
    "Secret",
    "User",
    "Account",
  ];
  const administering = [
    "mail",
    "accounts",
    "users",
    "roles",
    "groups",
    "access-keys",
    "integrations",
    "api-users",
    "gateways",
    "audit",
    "read-only",
  ];
  const portal = ["profile:read", "profile:write", "tokens:rotate-self", ...administering];
  const listed = standard.map(({ name }) => name);
  expect(listed.filter((name) => !name.startsWith("mx_"))).toEqual([...names, ...portal]);
  expect(listed.filter((name) => name.startsWith("mx_"))).toHaveLength(13);
  for (const { sentence, permissions } of standard) {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    for (const pattern of permissions) expect(permissionPattern.safeParse(pattern).success).toBe(true);
  }
});

describe("a deployment's own file", () => {
  test("stands beside the standard, the newer of a name winning", () => {
    const found = readCatalogue(fileOf({ scopes: [own, { ...own, name: "Tasks" }] }));
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(["Deploy", "Tasks", "read-only"]));
    expect(found.find(({ name }) => name === "Tasks")?.permissions).toEqual(own.permissions);
  });

  test("replaces it when it says so", () => expect(namesOf({ replace: true, scopes: [own] })).toEqual(["Deploy"]));

  const bad: [what: string, content: unknown][] = [
    ["no JSON", "{"],
    ["no scope", { scopes: [] }],
    ["a pattern of another grammar", { scopes: [{ ...own, permissions: ["pro:own:deploy"] }] }],
    ["no pattern", { scopes: [{ ...own, permissions: [] }] }],
    ["a name with a space", { scopes: [{ ...own, name: "De ploy" }] }],
    ["no sentence", { scopes: [{ ...own, sentence: "" }] }],
    ["an unknown field", { scopes: [{ ...own, secret: true }] }],
  ];

  test.each(bad)("with %s stops the start, with the file named", (_, content) => {
    const file = fileOf(content);
    expect(() => readCatalogue(file)).toThrow(file);
  });

  test("that is not there stops the start", () =>
    expect(() => readCatalogue("/nowhere.json")).toThrow("/nowhere.json"));
});

test("a scope that has left the catalogue carries nothing", () => {
  expect(patternsOf(["Gone", "Tasks"])).toEqual(["pro:own:*:task"]);
});

test("which scopes make tokens is known by what they carry", () => {
  expect([managesTokens(["APIKey"]), managesTokens(["Tasks", "read-only", "profile:write"])]).toEqual([true, false]);
});

test("which scopes would carry a permission is known", () => {
  expect(scopesCarrying("portal:own:list:token")).toEqual(["APIKey", "read-only"]);
  expect(scopesCarrying("admin:managed:update:user")).toEqual(["users"]);
  expect(scopesCarrying("portal:own:list:token", true)).toEqual(["APIKey"]);
});

test("the list names what no token does, whatever its scopes", async () => {
  const { items } = (await execute(listScopes, callerWith({}), {})).output;
  const closed = (scope: string) => items.find(({ name }) => name === scope)?.sessionOnly;
  expect(closed("users")).toEqual(expect.arrayContaining(["users.give_password", "users.remove_factors"]));
  expect(closed("api-users")).toEqual(expect.arrayContaining(["api_users.add_secret"]));
  expect(closed("read-only")).toEqual([]);
});

test("the list says for a person which scopes would be of use", async () => {
  const offered = async (caller: Parameters<typeof execute>[1]) => (await execute(listScopes, caller, {})).output.items;
  const useful = async (caller: Parameters<typeof execute>[1]) =>
    new Set((await offered(caller)).map(({ available }) => available));
  expect(await useful(await asPerson(cast.ada))).toEqual(new Set([true]));
  const ofCleo = (await offered(await asPerson(cast.cleo))).filter(({ available }) => available);
  expect(ofCleo.map(({ name }) => name).sort()).toEqual(
    [
      ...["APIKey", "Authentication", "Secret", "User", "mx_user_read"],
      ...["profile:read", "profile:write", "read-only", "tokens:rotate-self"],
    ].sort(),
  );
  expect(await useful(callerWith({}))).toEqual(new Set([null]));
});
