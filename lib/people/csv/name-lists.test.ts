import { expect, test } from "vitest";
import { asCell, namesOf } from "./name-lists.ts";

test.each([
  ["", []],
  [" ; ;", []],
  ["Member", ["Member"]],
  ["Member;Read Only ; ProvisioningTarget", ["Member", "Read Only", "ProvisioningTarget"]],
  ['"Night; weekend"; ProvisioningTarget', ["Night; weekend", "ProvisioningTarget"]],
  ['ProvisioningTarget;"The ""A"" team; b"', ["ProvisioningTarget", 'The "A" team; b']],
  ['The "A" team; b', ['The "A" team', "b"]],
  ['"Open; end', ['"Open', "end"]],
  ['"A" team; b', ['"A" team', "b"]],
])("%j names %j", (cell, names) => expect(namesOf(cell)).toEqual(names));

test.each([[["Night; weekend", "ProvisioningTarget"]], [['"A" team', 'B "C"', ';"', "D"]]])(
  "%j comes back as it was",
  (names) => {
    expect(namesOf(asCell(names))).toEqual(names);
  },
);
