import fc from "fast-check";
import { expect, test } from "vitest";
import { PatternIndex } from "./pattern-index.ts";
import { covers, overlap } from "./permissions.ts";

const part = (...words: string[]) => fc.constantFrom("*", ...words);
const pattern = fc
  .tuple(part("admin", "pro"), part("own", "managed", "", "10000001"), part("get", "list"), part("user", "app"))
  .map((parts) => parts.join(":"));
const anything = fc.oneof({ weight: 9, arbitrary: pattern }, fc.constantFrom("", "admin:own:get", "a:b:c:d:e"));
const some = fc.array(anything, { maxLength: 12 });

test("covers what one of its patterns covers", () => {
  fc.assert(
    fc.property(some, anything, (patterns, asked) => {
      const expected = patterns.some((one) => covers(one, asked));
      expect(new PatternIndex(patterns).covers(asked)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test("meets those that have something in common", () => {
  fc.assert(
    fc.property(some, anything, (patterns, asked) => {
      const expected = [...new Set(patterns)].filter((one) => overlap(one, asked) !== null);
      expect([...new PatternIndex(patterns).meeting(asked)].sort()).toEqual(expected.sort());
    }),
    { numRuns: 1000 },
  );
});
