import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grantableBy, holds, notHeld, type Permissions } from "./delegation.ts";
import { allPairs, common, commonNotHeld } from "./pairs.ts";
import { covers, type Grant, overlap } from "./permissions.ts";
import type { Tenant } from "./tenant.ts";

const part = (...words: string[]) => fc.constantFrom("*", ...words);
const pattern = fc
  .tuple(part("admin", "pro"), part("own", "managed", "10000002", "10000003"), part("get", "list"), part("user", "app"))
  .map((parts) => parts.join(":"));
const some = fc.uniqueArray(pattern, { maxLength: 8 });

const scopeOf = (one: string) => one.split(":")[1] ?? "";
const at = (one: string, scope: string) => one.replace(/:[^:]+/, `:${scope}`);
const isNumber = (scope: string) => /^\d+$/.test(scope);

/** One managed account is among all that are managed: where both speak of managed ones, of the same. */
function meeting(one: string, other: string): string | null {
  const [mine, theirs] = [scopeOf(one), scopeOf(other)];
  if (mine === "managed" && isNumber(theirs)) return overlap(at(one, theirs), other);
  if (isNumber(mine) && theirs === "managed") return overlap(one, at(other, mine));
  return overlap(one, other);
}

test("what patterns have in common with others is what each has in common with each", () => {
  fc.assert(
    fc.property(some, some, (denied, allowed) => {
      const expected = denied.flatMap((one) => allowed.flatMap((other) => meeting(one, other) ?? []));
      expect([...common(denied, allowed)].sort()).toEqual(expected.sort());
    }),
    { numRuns: 1000 },
  );
});

describe("the comparison of what is held", () => {
  const effects = fc.dictionary(pattern, fc.constantFrom("allowed", "denied"), { maxKeys: 8, noNullPrototype: true });
  const lists = fc.oneof(fc.constant(null), some);
  const own: Tenant = { accountId: "10000001", rights: null, visibleAccountIds: [] };
  const of = (permissions: Permissions, effect: string) =>
    Object.keys(permissions).filter((one) => permissions[one] === effect);
  const wide = (one: string) => (isNumber(scopeOf(one)) ? at(one, "managed") : one);

  /** Each pattern beside each other one, as the rule is told. */
  function plainlyHeld(grants: Grant[], limits: string[] | null, spared: Permissions) {
    const said = (effect: string) => grants.flatMap(({ permissions }) => of(permissions, effect));
    const isIn = (list: string[], one: string) => list.some((other) => covers(other, one) || covers(other, wide(one)));
    return (one: string) =>
      isIn(said("allowed"), one) &&
      (!limits || isIn(limits, one)) &&
      said("denied")
        .flatMap((denial) => overlap(wide(denial), wide(one)) ?? [])
        .every((both) => of(spared, "denied").some((exception) => covers(exception, both)));
  }

  test("says of each pattern what every pair of patterns says", () => {
    fc.assert(
      fc.property(fc.array(effects, { maxLength: 3 }), lists, effects, (said, limits, held) => {
        const grants = said.map((permissions) => ({ role: "", permissions }));
        const isHeld = plainlyHeld(grants, limits, held);
        const expected = of(held, "allowed").filter((one) => !isHeld(one));
        expect(notHeld(grantableBy({ grants, limits }, own), own, {}, held)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("finds something not held in common where any pair has it", () => {
    fc.assert(
      fc.property(effects, some, some, effects, (permissions, ones, others, spared) => {
        const grants = [{ role: "", permissions }];
        const isHeld = holds(grantableBy({ grants, limits: null }, own), own, spared);
        const missing = ones.filter((one) => !isHeld(one));
        const plainly = plainlyHeld(grants, null, spared);
        const expected = ones.flatMap((one) => others.flatMap((other) => meeting(one, other) ?? []));
        const found = commonNotHeld(isHeld, missing, others, allPairs());
        expect(found !== undefined).toBe(expected.some((both) => !plainly(both)));
        if (found) expect(expected).toContain(found);
      }),
      { numRuns: 2000 },
    );
  });
});
