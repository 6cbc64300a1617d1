import { describe, expect, test } from "vitest";
import { line, name } from "./fields.ts";
import { canonicalName } from "./limit-keys.ts";

const [zwsp, zwnj, zwj, bom, softHyphen, wordJoiner] = ["\u200B", "\u200C", "\u200D", "\uFEFF", "\u00AD", "\u2060"];
const refusalOf = (text: string) =>
  name()
    .safeParse(text)
    .error?.issues.map(({ message }) => message);

test.each([
  ["Persian", `علی${zwnj}رضا`],
  ["Persian after a letter that never joins", `محمد${zwnj}رضا`],
  ["Arabic with a letter in the shape of a beginning", `ه${zwj}.ش`],
  ["Sinhala", `ශ්${zwj}රී`],
  ["Sinhala with letters that touch", `ක${zwj}්ය`],
  ["Malayalam, at the end of a word", `അവന്${zwj}`],
  ["Hindi", `क्${zwj}ष`],
  ["Hindi without the ligature", `क्${zwnj}ष`],
  ["Bengali", `র${zwj}্যাব`],
  ["a family", "👨‍👩‍👧‍👦"],
  ["a firefighter of one complexion", "👩🏽‍🚒"],
  ["a heart on fire", "❤️‍🔥"],
  ["the flag of Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["a Japanese name with a variant of its letter", "葛\u{E0100}城"],
])("a name is kept as it is written: %s", (_, written) => {
  expect(name().parse(`Dr. ${written}`)).toBe(`Dr. ${written}`);
  expect(name().parse(written)).toBe(written.normalize("NFC"));
});

test("a name in which a letter was lost is refused", () => {
  expect(refusalOf("Jos\uFFFD M\uFFFDller")).toEqual([expect.stringContaining("This is garbled")]);
});

test.each([
  ["a zero-width space", `Ada${zwsp} Okafor`, "Ada Okafor"],
  ["a byte order mark", `${bom}Ada Okafor`, "Ada Okafor"],
  ["soft hyphens", `Ada Oka${softHyphen}for`, "Ada Okafor"],
  ["a word joiner at the end", `Ada Okafor${wordJoiner}`, "Ada Okafor"],
  ["joiners between letters that do not join", `A${zwj}d${zwnj}a Okafor${zwnj}`, "Ada Okafor"],
  ["a joiner too many", `علی${zwnj}${zwnj}${zwj}رضا`, `علی${zwnj}رضا`],
  ["what keeps a letter from its accent", `Jose${zwsp}\u0301`, "José"],
])("what is pasted along unseen is dropped: %s", (_, pasted, kept) => {
  expect(name().parse(pasted)).toBe(kept);
});

describe("what cannot be seen, or turns how a name is read, is refused", () => {
  const others = ["\u202E", "\u202A", "\u2066", "\u2069", "\u200E", "\u200F", "\u061C"]
    .concat(["\u2061", "\u206A", "\u3164", "\u115F", "\uFFA0", "\u034F", "\u{E0041}", "\u{E007F}"])
    .concat(["\u0000", "\n", "\u0085", "\u2028", "\uD800", "\uFFF9"]);
  test.each(others)("%j", (sign) => {
    expect(refusalOf(`Ada${sign}Okafor`)).toEqual(["Use visible characters only."]);
  });
});

test.each(["", "  ", zwsp, zwnj, `${zwj}${bom}`, "\u00A0", "\u2800", "\uFE0F"])(
  "nothing to see is no name: %j",
  (nothing) => {
    expect(refusalOf(nothing)).toEqual(["Fill this in."]);
  },
);

test("what is dropped does not count", () => {
  expect(line(3).parse(`A${zwsp}d${zwsp}a`)).toBe("Ada");
});

test("names that look alike by what is not shown are compared as one", () => {
  const alike = [`ada${zwj}`, `a${zwnj}da`, `${bom}ADA`, `a${softHyphen}da `, "ａｄａ", "a\u2061da", "ad\u3164a"];
  expect(new Set(alike.map(canonicalName))).toEqual(new Set(["ada"]));
  expect(canonicalName(`علی${zwnj}رضا`)).toBe(canonicalName("علیرضا"));
});
