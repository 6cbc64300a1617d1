import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patternsOf } from "#lib/access/scopes/catalogue.ts";
import type { Actor, Credential } from "#lib/core/actor.ts";
import { authorize } from "#lib/core/authorize.ts";
import { permissionNamed } from "#lib/core/catalogue.ts";
import { grantsOfPerson } from "#lib/core/permissions.ts";
import { operations } from "#lib/operations.ts";
import { configure } from "#tests/settings.ts";
import { type Question, rule } from "./rule.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
const asking = operations.filter(({ allow }) => allow.includes(":"));
const allows = [...new Set(asking.map(({ allow }) => allow))];
const scopeNaming = (allow: string) => `names:${allow}`;

beforeAll(() => {
  const file = join(folder, "scopes.json");
  const scope = (name: string, pattern: string) => ({ name, sentence: "Do it.", permissions: [pattern] });
  const named = allows.map((allow) => scope(scopeNaming(allow), permissionNamed(allow, "own")));
  const scopes = [scope("Everything", "*:*:*:*"), scope("Nothing", "other:own:get:thing"), ...named];
  writeFileSync(file, JSON.stringify({ replace: true, scopes }));
  configure({ SCOPES_FILE: file });
});
afterAll(() => rmSync(folder, { recursive: true }));

const later = new Date("2100-01-01");
const accountId = "20000001";
const everything = { "*:*:*:*": "allowed" };
const naming = (allow: string) => ({ [permissionNamed(allow, "own")]: "allowed" });

type Held = { permissions: Record<string, string>; scopes?: string[]; isProgram?: boolean };

function credentialOf({ scopes, isProgram }: Held): Credential {
  if (isProgram) return { kind: "api_user", id: "1", expiresAt: later };
  if (scopes) return { kind: "token", id: "1", name: "nightly", scopes, createdAt: later, expiresAt: null };
  return { kind: "session", id: "1", expiresAt: later, freshUntil: later, strong: true };
}

function actorOf(held: Held): Actor {
  const words = { accountName: "Quarry", username: "eve", fullName: "Eve", email: "eve@example.org" };
  const roles = [{ role: "Some", permissions: held.permissions }];
  const grants = held.isProgram ? roles : grantsOfPerson(roles);
  const limits = held.scopes ? patternsOf(held.scopes) : null;
  return { id: "2", accountId, ...words, factors: ["password"], credential: credentialOf(held), grants, limits };
}

function questionOf({ permissions, scopes, isProgram = false }: Held, permission: string): Question {
  const role = { id: "1", name: "Some", permissions, global: false, direct: true, groups: [] };
  return {
    permission,
    user: { id: "2", username: "eve", fullName: "Eve", accountId, canSignIn: true },
    isProgram,
    token: scopes ? { id: "1", name: "nightly", scopes, live: true } : null,
    targetAccountId: accountId,
    roles: [role],
    rights: null,
  };
}

function isAuthorized(operation: (typeof operations)[number], held: Held): boolean {
  try {
    authorize(operation, actorOf(held));
    return true;
  } catch {
    return false;
  }
}

const holders: [who: string, holding: (allow: string) => Held][] = [
  ["a person", () => ({ permissions: everything })],
  ["a person without a role for it", () => ({ permissions: {} })],
  ["a person whom a role denies it", (allow) => ({ permissions: { [permissionNamed(allow, "own")]: "denied" } })],
  ["a token of a person without a role", (allow) => ({ permissions: {}, scopes: [scopeNaming(allow)] })],
  ["an API user without a role for it", () => ({ permissions: {}, isProgram: true })],
  ["a token with a wildcard", () => ({ permissions: everything, scopes: ["Everything"] })],
  ["a token with a scope that names it", (allow) => ({ permissions: everything, scopes: [scopeNaming(allow)] })],
  ["a token with another scope", () => ({ permissions: everything, scopes: ["Nothing"] })],
  ["an API user with a wildcard", () => ({ permissions: everything, isProgram: true })],
  ["an API user with a role that names it", (allow) => ({ permissions: naming(allow), isProgram: true })],
];

test("what only a session does is open to no token and no API user, whatever they hold", () => {
  const closed = asking.filter(({ by }) => by === "session");
  expect(closed.length).toBeGreaterThan(5);
  const opened = closed.filter((operation) => {
    const scopes = [scopeNaming(operation.allow), "Everything"];
    const held = { permissions: { ...everything, ...naming(operation.allow) } };
    return isAuthorized(operation, { ...held, scopes }) || isAuthorized(operation, { ...held, isProgram: true });
  });
  expect(opened.map(({ name }) => name)).toEqual([]);
});

test.each(holders)("of %s the explainer says what authorization does, of every operation", (_, holding) => {
  const said = asking.map((operation) => {
    const { allowed, except } = rule(questionOf(holding(operation.allow), operation.allow));
    return [operation.name, allowed && !except.includes(operation.name)];
  });
  expect(said).toEqual(asking.map((operation) => [operation.name, isAuthorized(operation, holding(operation.allow))]));
});

test("what is a person's own needs no role, whoever the person is; of an API user's, nothing is", () => {
  const own = asking.filter(({ about }) => about === "oneself");
  expect(new Set(own.map(({ allow }) => allow.split(":")[1]))).toEqual(
    new Set(["profile", "token", "service_credential"]),
  );
  const names = own.map(({ name }) => name);
  const open = (holding: (allow: string) => Held) =>
    own.filter((operation) => isAuthorized(operation, holding(operation.allow))).map(({ name }) => name);
  expect(open(() => ({ permissions: {} }))).toEqual(names);
  expect(open((allow) => ({ permissions: {}, scopes: [scopeNaming(allow)] }))).toEqual(names);
  expect(open(() => ({ permissions: {}, scopes: ["Nothing"] }))).toEqual([]);
  expect(open(() => ({ permissions: { "portal:own:*:*": "denied" } }))).toEqual([]);
  expect(open(() => ({ permissions: everything, isProgram: true }))).toEqual([]);
});

describe("an API user with a wildcard", () => {
  const asked = (permission: string) => rule(questionOf({ permissions: everything, isProgram: true }, permission));

  test.each([
    ["create:user", "not_named"],
    ["get:profile", "own_things"],
    ["create:token", "own_things"],
    ["impersonate:user", "session_only"],
    ["create:api_user", "session_only"],
  ])("is told why not: %s, %s", (permission, reason) => {
    expect(asked(permission)).toMatchObject({ allowed: false, reason, except: [] });
  });

  test("is told what a permission does not cover", () => {
    expect(asked("list:user")).toMatchObject({ allowed: true, reason: "allowed", except: ["users.export"] });
    expect(asked("list:user").sentence).toMatch(
      /^Yes: the entry .+ allows it, but not: .+\. What people confirm by step-up, a role of the API user has to name; a wildcard/,
    );
  });

  test("may what is other services', whatever it is called there", () => {
    expect(asked("pro:own:get:profile")).toMatchObject({ allowed: true, except: [] });
  });
});

describe("a token whose scope names it", () => {
  const asked = (allow: string) => rule(questionOf({ permissions: everything, scopes: [scopeNaming(allow)] }, allow));

  test("is told that only a signed-in person does it", () => {
    expect(asked("impersonate:user")).toMatchObject({ allowed: false, reason: "session_only", except: [] });
    expect(asked("impersonate:user").sentence).toMatch(/^No: only a signed-in person does it; no token /);
  });

  test("is told what else of that permission only a signed-in person does", () => {
    const { reason, except, sentence } = asked("update:user");
    expect([reason, except.includes("users.update")]).toEqual(["allowed", false]);
    expect(except).toEqual(expect.arrayContaining(["users.give_password", "users.end_sessions"]));
    expect(sentence).toMatch(/^Yes: .+, but not: .+\. Only a signed-in person does that, /);
  });
});
