import { expect, test } from "vitest";
import { reword } from "./reword.ts";

test("fields are put in other words, and what a form does not contain stays out", () => {
  const words = { days: (text: unknown) => text || null, lines: (text: unknown) => String(text).split(",") };
  expect(reword({ name: "a", days: "" }, words)).toEqual({ name: "a", days: null });
  expect(reword({ lines: "a,b" }, words)).toEqual({ lines: ["a", "b"] });
  expect(reword({}, words)).toEqual({});
});
