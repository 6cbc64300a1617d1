import { describe, expect, test } from "vitest";
import { email } from "./fields.ts";
import { canonicalName } from "./limit-keys.ts";

const refusalOf = (text: string) => email.safeParse(text).error?.issues.map(({ message }) => message);

describe("an address is taken, in its one form", () => {
  test.each([
    ["ada@example.org", "ada@example.org"],
    ["Ada.Okafor+portal@Example.ORG", "Ada.Okafor+portal@Example.ORG"],
    ["o'brien@example.org", "o'brien@example.org"],
    ["r&d=x/y@example.org", "r&d=x/y@example.org"],
    ["!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"],
    ["root@mailhost", "root@mailhost"],
    ["ada@mail-1.internal", "ada@mail-1.internal"],
    ["ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"],
    ["ada@ПРИМЕР.РФ", "ada@xn--e1afmkfd.xn--p1ai"],
    ["ada@xn--e1afmkfd.xn--p1ai", "ada@xn--e1afmkfd.xn--p1ai"],
    ["ada@XN--E1AFMKFD.XN--P1AI", "ada@xn--e1afmkfd.xn--p1ai"],
    ["ada@faß.de", "ada@xn--fa-hia.de"],
    ["ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"],
    ["ada@نامه\u200Cای.com", "ada@xn--mgba3gch31f060k.com"],
    ["  ada@\u200Bexample.org\uFEFF", "ada@example.org"],
    ["ada@exam\u00ADple.org", "ada@example.org"],
  ])("%s", (sent, kept) => {
    expect(email.parse(sent)).toBe(kept);
  });
});

test("whoever types an address in any spelling means the one that is kept", () => {
  for (const typed of ["ada@пример.рф", "ADA@Пример.рф", "ada@XN--e1afmkfd.xn--p1ai", "ada@при\u00ADмер.рф"])
    expect(canonicalName(typed)).toBe("ada@xn--e1afmkfd.xn--p1ai");
});

describe("there is no way to a second recipient or a header", () => {
  test.each([
    ["ada@example.org, eve@example.org"],
    ["ada@example.org;eve@example.org"],
    ["ada@example.org eve@example.org"],
    ["ada@example.org\r\nBcc: eve@example.org"],
    ["ada@example.org\nBcc:eve"],
    ["Ada <ada@example.org>"],
    ["<ada@example.org>"],
    ['"ada, eve"@example.org'],
    ["ada(comment)@example.org"],
    ["friends:ada@example.org;"],
    ["ada@example.org@evil.example"],
    ["ada\\@example.org"],
    ["ada@example.org\u0000"],
    ["ada@[192.0.2.1]"],
    ["ada@192.0.2.1"],
    ["ada@example.org:25"],
    ["ada@exa%6dple.org"],
    ["ada@exаmple%2eorg"],
    ["ada@пример.рф/x"],
    ["ada@пример.рф,eve@example.org"],
    ["ada@\u202Eexample.org"],
    [".ada@example.org"],
    ["ada.@example.org"],
    ["a..da@example.org"],
    ["ada@-example.org"],
    ["ada@example-.org"],
    ["ada@example..org"],
    ["ada@example.org."],
    ["ada@exam_ple.org"],
    ["ada"],
    ["@example.org"],
    ["ada@"],
    [""],
  ])("%j", (sent) => {
    expect(refusalOf(sent)).toEqual([expect.stringMatching(/^Write one address, like ada@example\.org\./)]);
  });
});

test("what cannot be mailed is told apart", () => {
  expect(refusalOf("адa@example.org")).toEqual([expect.stringContaining("Before the @, use letters from a to z")]);
  expect(refusalOf(`${"a".repeat(65)}@example.org`)).toEqual(["Use at most 64 characters before the @."]);
  expect(refusalOf(`${"a".repeat(64)}@${"b.".repeat(100)}org`)).toEqual(["Use at most 254 characters."]);
  expect(refusalOf(`ada@${"ж".repeat(63)}.рф`)).toEqual([expect.stringContaining("no such domain")]);
});
