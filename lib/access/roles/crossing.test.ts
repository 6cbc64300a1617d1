import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { maxPairs } from "#lib/core/pairs.ts";
import { overlap } from "#lib/core/permissions.ts";
import { readNotHeld } from "#lib/people/users/not-held.ts";
import { account, openStage, type Person, person } from "#tests/cast.ts";
import { allow, by, deny, give, globalRole, roleRow } from "#tests/rights.ts";
import { grantRole } from "./grant.ts";
import "#lib/operations.ts";

vi.mock(import("#lib/core/permissions.ts"), async (actual) => {
  const module = await actual();
  return { ...module, overlap: vi.fn(module.overlap) };
});

let place: string;

beforeAll(async () => {
  await openStage({ RATE_LIMIT_FACTOR: "1000000" });
  place = await account("Crossing");
  await person(place, ["Administrator"]);
});

beforeEach(() => void vi.mocked(overlap).mockClear());

const compared = () => vi.mocked(overlap).mock.calls.length;
const many = (written: (n: number) => string) => Array.from({ length: 495 }, (_, n) => written(n));

/** Two roles that allow by the action and two that deny by the resource: each allowance crosses each denial. */
const crossing = (service = "admin", scope = "own") =>
  [
    allow(...many((n) => `admin:${scope}:p${n}:*`)),
    allow(...many((n) => `admin:${scope}:r${n}:*`)),
    deny(...many((n) => `${service}:own:*:q${n}`)),
    deny(...many((n) => `${service}:own:*:s${n}`)),
  ].map((permissions) => roleRow(place, permissions));

async function holding(roleIds: string[]): Promise<Person> {
  const who = await person(place, []);
  for (const roleId of roleIds) await give(who.id, roleId);
  return who;
}

const desk = () => roleRow(place, allow("admin:own:get:user", "admin:own:grant:role"));

test("whoever holds the same is compared by patterns and not by pairs of them", async () => {
  const roles = await Promise.all(crossing());
  const [actor, target] = [await holding([...roles, await desk()]), await holding(roles)];
  const notHeld = await by(actor, readNotHeld, { userId: target.id });
  expect(notHeld).toEqual({ administrative: [], everything: [], mayStop: true });
  expect(compared()).toBeLessThan(5 * 1980);
});

test("an administrator grants what crosses, asked by patterns", async () => {
  const roles = await Promise.all(crossing());
  const [actor, target] = [await holding([await globalRole("Administrator")]), await person(place, [])];
  for (const roleId of roles) await by(actor, grantRole, { userId: target.id, roleId });
  expect(compared()).toBeLessThan(5 * 1980);
});

test("what stays undecided after so many pairs is refused", async () => {
  // What is common to any two of them is spared, though neither of both is.
  const sparing = await roleRow(place, deny("admin:own:*:*"));
  const roles = await Promise.all(crossing("*", "*"));
  const actor = await holding([...roles, await desk()]);
  const target = await holding([...roles.slice(0, 2), sparing]);
  const notHeld = await by(actor, readNotHeld, { userId: target.id });
  expect(notHeld.everything.length).toBeGreaterThan(0);
  expect(compared()).toBeLessThan(2 * maxPairs + 5 * 1980);
});

test("taking from somebody what is covered in pairs alone is refused after so many of them", async () => {
  const [allowing, , denying] = await Promise.all(crossing("*", "*"));
  const actor = await holding([await desk(), await roleRow(place, allow("admin:own:*:*"))]);
  const target = await holding([allowing ?? ""]);
  await expect(by(actor, grantRole, { userId: target.id, roleId: denying ?? "" })).rejects.toThrow(/You do not hold/);
  expect(compared()).toBeLessThan(2 * maxPairs + 5 * 1980);
});
