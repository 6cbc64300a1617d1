import { expect, test } from "vitest";
import { type Question, rule } from "./rule.ts";

type Permissions = Record<string, string>;

const role = (name: string, permissions: Permissions, groups: string[] = []) => ({
  id: name,
  name,
  permissions,
  global: false,
  direct: groups.length === 0,
  groups: groups.map((name) => ({ id: name, name })),
});

const desk = role("Desk", { "admin:own:*:user": "allowed", "admin:managed:*:user": "allowed" }, ["Front"]);
const token = { id: "1", name: "nightly", scopes: ["profile:read"], live: true };
const eve = { id: "2", username: "eve", fullName: "Eve", accountId: "20000001", canSignIn: true };

const asked = (more: Partial<Question>): Question => ({
  permission: "create:user",
  user: eve,
  isProgram: false,
  token: null,
  targetAccountId: "20000001",
  roles: [desk],
  rights: null,
  ...more,
});

const elsewhere = "20000002";
const way = "the entry admin:own:*:user of the role Desk, held through the group Front,";
const wayThere = "the entry admin:managed:*:user of the role Desk, held through the group Front,";

test.each<[string, Partial<Question>]>([
  [`Yes: ${way} allows it.`, {}],
  [
    "Yes: the entry admin:own:create:user of the role Maker allows it.",
    { roles: [role("Maker", { "admin:own:create:user": "allowed" })] },
  ],
  [
    "Yes: the entry *:*:*:* of the role All, held through the groups One, Two, allows it.",
    { roles: [role("All", { "*:*:*:*": "allowed" }, ["One", "Two"])] },
  ],
  [
    "No: the entry *:own:create:* of the role Halt denies it, and a denial beats every allowance.",
    { roles: [desk, role("Halt", { "*:own:create:*": "denied" })] },
  ],
  ["No: none of the roles allows it.", { roles: [] }],
  [`No: ${way} allows it, but no scope of the token nightly carries it.`, { token }],
  ["No: the user's account does not manage that one.", { targetAccountId: elsewhere, rights: undefined }],
  [
    `No: ${wayThere} allows it, but that account has not agreed to it by the user's.`,
    { targetAccountId: elsewhere, rights: ["admin:managed:get:*"] },
  ],
  [`Yes: ${wayThere} allows it.`, { targetAccountId: elsewhere, rights: ["*:managed:*:*"] }],
  ["No: the user cannot sign in at present, whatever their roles.", { user: { ...eve, canSignIn: false } }],
  ["No: the token is revoked or past its end.", { token: { ...token, live: false } }],
])("%s", (sentence, question) => {
  expect(rule(asked(question)).sentence).toBe(sentence);
});
