import { expect, test } from "vitest";
import { type Actor, may } from "./actor.ts";

const holder = (role: string, permissions: Record<string, string>, limits: string[]): Actor => ({
  id: "1",
  accountId: "2",
  accountName: "Quarry",
  username: "ben",
  fullName: "Ben",
  email: "ben@example.org",
  factors: [],
  credential: { kind: "token", id: "3", name: "narrow", scopes: [], createdAt: new Date(), expiresAt: null },
  grants: [{ role, permissions }],
  limits,
});

const ofProfile = (action: string) => ({ allow: `${action}:profile`, about: "oneself" }) as const;
const verifying = { allow: "verify:credential", about: "credential" } as const;

test("a role that is called Everyone carries no token beyond its scopes", () => {
  const token = holder("Everyone", { "portal:own:*:*": "allowed" }, ["portal:own:get:profile"]);
  expect([may(token, ofProfile("get")), may(token, ofProfile("update"))]).toEqual([true, false]);
});

test("what everyone may, a token without any scope may too, unless a role denies it", () => {
  expect(may(holder("Member", {}, []), verifying)).toBe(true);
  expect(may(holder("Blocked", { "portal:*:verify:*": "denied" }, []), verifying)).toBe(false);
});
