import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kindsOf, rules } from "./rules.ts";
import { weaknesses } from "./weaknesses.ts";

const codes = (password: string, context: string[] = []) => weaknesses(password, context).map(({ code }) => code);

describe("the profile classic", () => {
  const passwords: [password: string, broken: string[]][] = [
    ["Violet-Kettle-29", []],
    ["violetkettle29!", []],
    ["Violet Kettle 29", []],
    ["Violet-Kett9", []],
    ["Violet-Ket9", ["too_short"]],
    ["", ["too_short", "too_few_kinds"]],
    ["violetkettleon", ["too_few_kinds"]],
    ["violetkettle29", ["too_few_kinds"]],
    ["VIOLETKETTLE29", ["too_few_kinds"]],
    ["VioletKettleOn", ["too_few_kinds"]],
    ["violet kettle on", ["too_few_kinds"]],
    ["violet-kettle-on", ["too_few_kinds"]],
    ["Password1234!", ["common_password"]],
    ["Iloveyou123!", ["common_password"]],
    ["Latchkey-Kettle-29", ["context_word"]],
    ["𝒱iolet-Kettle-29", []],
  ];

  test.each(passwords)("finds in %j: %j", (password, broken) => expect(codes(password)).toEqual(broken));

  test("counts characters, neither bytes nor UTF-16 units", () => {
    expect(codes("Aa1🔑🔑🔑🔑🔑🔑🔑🔑")).toContain("too_short");
    expect(codes("Aa1🔑🔑🔑🔑🔑🔑🔑🔑🔑")).not.toContain("too_short");
    expect(codes("éééééÉ1")).toContain("too_short");
  });

  const kinds: [password: string, kinds: number][] = [
    ["abc", 1],
    ["abcABC", 2],
    ["abcABC123", 3],
    ["abcABC123!", 4],
    ["密码密码密码", 1],
    ["密码密码a", 2],
    ["密码密码aA", 2],
    ["密码密码1", 2],
    ["密码密码1!", 3],
    ["密码a1", 3],
    ["пароль", 1],
    ["Пароль", 2],
    ["كلمة١", 2],
    ["ǅ", 1],
    ["   ", 0],
  ];

  test.each(kinds)("%j has %i kinds of characters", (password, count) => expect(kindsOf(password)).toBe(count));

  const contexts: [password: string, context: string[]][] = [
    ["Lovelace-Kettle-29", ["Ada Lovelace"]],
    ["xxLOVELACExx-29", ["Ada Lovelace"]],
    ["Violet-example-29", ["ada@example.org"]],
    ["Quarry!Kettle!29", ["Quarry & Sons"]],
  ];

  test.each(contexts)("refuses %j for %j", (password, context) => {
    expect(codes(password, context)).toContain("context_word");
  });

  test("minds no context word of less than four letters", () => {
    expect(codes("Violet-Ada-Kettle-29", ["Ada L"])).toEqual([]);
  });
});

describe("the profile nist", () => {
  const asked = { profile: "nist", secondFactor: false } as const;
  const found = (password: string, secondFactor = false) =>
    weaknesses(password, [], { ...asked, secondFactor }).map(({ code }) => code);

  test("asks for fifteen characters, of whatever kind", () => {
    expect(found("violet kettle o")).toEqual([]);
    expect(found("violet kettle ")).toEqual(["too_short"]);
  });

  test("asks for twelve where a second factor is required", () => {
    expect(found("violet kettl", true)).toEqual([]);
    expect(found("violet kett", true)).toEqual(["too_short"]);
  });

  test("knows common passwords and context words all the same", () => {
    expect(found("passwordpassword1")).toContain("common_password");
    expect(weaknesses("kettle lovelace kettle", ["Ada Lovelace"], asked)).toMatchObject([{ code: "context_word" }]);
  });
});

const password = fc.string({ unit: "grapheme", maxLength: 40 });

test("a rule is broken if and only if it is named, and always by words", () => {
  fc.assert(
    fc.property(password, (typed) => {
      const found = weaknesses(typed, []);
      for (const { code, holds } of rules) expect(found.some((it) => it.code === code)).toBe(!holds(typed));
      for (const { message } of found) expect(message).toMatch(/\w{4,}/);
    }),
  );
});

test("a longer password breaks no rule of length or kinds that a shorter one keeps", () => {
  fc.assert(
    fc.property(password, fc.string({ maxLength: 5 }), (typed, more) => {
      for (const { holds } of rules) if (holds(typed)) expect(holds(typed + more)).toBe(true);
      expect(kindsOf(typed + more)).toBeGreaterThanOrEqual(kindsOf(typed));
    }),
  );
});

test("the order of the characters does not matter to the kinds", () => {
  fc.assert(fc.property(password, (typed) => void expect(kindsOf([...typed].reverse().join(""))).toBe(kindsOf(typed))));
});

test("the name, however it is wrapped, is always noticed", () => {
  const word = fc.stringMatching(/^[a-z]{4,10}$/);
  fc.assert(
    fc.property(word, password, password, (name, before, behind) => {
      expect(codes(before + name.toUpperCase() + behind, [`${name}@host.test`])).toContain("context_word");
    }),
  );
});
