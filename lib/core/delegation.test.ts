import { expect, test } from "vitest";
import { grantableBy } from "./delegation.ts";
import type { Tenant } from "./tenant.ts";

const own: Tenant = { accountId: "10000001", rights: null, visibleAccountIds: [] };
const managed: Tenant = { accountId: "10000002", rights: ["admin:managed:*:*"], visibleAccountIds: [] };
const grants = [{ role: "", permissions: { "admin:own:get:user": "allowed", "admin:managed:list:*": "allowed" } }];

test("what the same roles give in the same place is read once", () => {
  const first = grantableBy({ grants, limits: ["admin:own:*:*"] }, own);
  expect(grantableBy({ grants, limits: ["admin:own:*:*"] }, { ...own })).toBe(first);
});

test("another place, other limits and none are told apart", () => {
  const limits = (limits: string[] | null, tenant = own) => grantableBy({ grants, limits }, tenant).limits;
  expect(limits(null)).toEqual([]);
  expect(limits([])).toEqual([[]]);
  expect(limits(["admin:own:*:*"])).toEqual([["admin:own:*:*"]]);
  expect(limits(null, managed)).toEqual([["admin:managed:*:*"]]);
  expect(limits(null, { ...managed, rights: [] })).toEqual([[]]);
});
