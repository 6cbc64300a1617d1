import { expect, test } from "vitest";
import { asCell, namesOf } from "./name-lists.ts";

test.each([
  ["", []],
  [" ; ;", []],
  ["Member", ["Member"]],
  ["Member;Read Only ; Desk", ["Member", "Read Only", "Desk"]],
  ['"Night; weekend"; Desk', ["Night; weekend", "Desk"]],
  ['Desk;"The ""A"" team; b"', ["Desk", 'The "A" team; b']],
  ['The "A" team; b', ['The "A" team', "b"]],
  ['"Open; end', ['"Open', "end"]],
  ['"A" team; b', ['"A" team', "b"]],
])("%j names %j", (cell, names) => expect(namesOf(cell)).toEqual(names));

test.each([[["Night; weekend", "Desk"]], [['"A" team', 'B "C"', ';"', "D"]]])("%j comes back as it was", (names) => {
  expect(namesOf(asCell(names))).toEqual(names);
});
