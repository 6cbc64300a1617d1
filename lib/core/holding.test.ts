import fc from "fast-check";
import { expect, test } from "vitest";
import { takenBy } from "./holding.ts";
import { overlap } from "./permissions.ts";

const part = (...words: string[]) => fc.constantFrom("*", ...words);
const pattern = fc
  .tuple(part("aims", "pro"), part("own", "managed", "10000002", "10000003"), part("get", "list"), part("user", "app"))
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

test("what denials take from a role is what each of them has in common with each of its allowances", () => {
  fc.assert(
    fc.property(some, some, (denied, allowed) => {
      const permissions = Object.fromEntries(allowed.map((one) => [one, "allowed"]));
      const expected = denied.flatMap((one) => allowed.flatMap((other) => meeting(one, other) ?? []));
      expect(takenBy("10000001", denied, permissions).sort()).toEqual(expected.sort());
    }),
    { numRuns: 1000 },
  );
});
