import { expect, test } from "vitest";
import { containing } from "./like.ts";

test("what LIKE reads as wildcards is looked for word for word", () => {
  expect(containing(String.raw`50% of a_b\c`)).toBe(String.raw`%50\% of a\_b\\c%`);
});
