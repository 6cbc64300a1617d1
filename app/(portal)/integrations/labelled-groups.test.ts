import { expect, test } from "vitest";
import { labelledGroups } from "./labelled-groups.ts";

const offered = [{ id: "1", name: "Builders" }];

test("the group there is can be chosen, also when it is not among those offered or is gone", () => {
  const words = (...of: Parameters<typeof labelledGroups>) => labelledGroups(...of).map(({ words }) => words);
  expect(words(offered)).toEqual(["Members of Builders"]);
  expect(words(offered, { id: "1", name: "Builders" })).toEqual(["Members of Builders"]);
  expect(words(offered, { id: "2", name: "Writers" })).toEqual(["Members of Writers", "Members of Builders"]);
  expect(words([], { id: "3", name: null })).toEqual(["A group that is gone"]);
});
