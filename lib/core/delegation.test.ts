import { expect, test } from "vitest";
import { grantableBy } from "./delegation.ts";
import type { Tenant } from "./tenant.ts";

const own: Tenant = { accountId: "10000001", rights: null, visibleAccountIds: [] };
const managed: Tenant = { accountId: "10000002", rights: ["aims:managed:*:*"], visibleAccountIds: [] };
const grants = [{ role: "", permissions: { "aims:own:get:user": "allowed", "aims:managed:list:*": "allowed" } }];

test("what the same roles give in the same place is read once", () => {
  const first = grantableBy({ grants, limits: ["aims:own:*:*"] }, own);
  expect(grantableBy({ grants, limits: ["aims:own:*:*"] }, { ...own })).toBe(first);
});

test("another place, other limits and none are told apart", () => {
  const limits = (limits: string[] | null, tenant = own) => grantableBy({ grants, limits }, tenant).limits;
  expect(limits(null)).toEqual([]);
  expect(limits([])).toEqual([[]]);
  expect(limits(["aims:own:*:*"])).toEqual([["aims:own:*:*"]]);
  expect(limits(null, managed)).toEqual([["aims:managed:*:*"]]);
  expect(limits(null, { ...managed, rights: [] })).toEqual([[]]);
});
