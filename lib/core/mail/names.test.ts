import { beforeAll, expect, test } from "vitest";
import { configure } from "#lib/testing/settings.ts";
import { accountWords, greeting, nameForStranger } from "./names.ts";

beforeAll(() => configure({ APP_URL: "https://portal.example" }));

test.each([
  "evil.example/win",
  "Win at EVIL.EXAMPLE now",
  "https://evil.example",
  "http://localhost",
  "hxxps://evil",
  "www.evil",
  "evil.рф",
  "evil.xn--p1ai",
  "müller.example",
  "evil。example",
  "ｅｖｉｌ．ｅｘａｍｐｌｅ",
  "ev\u00adil.exam\u00adple",
  "ada@evil.example",
  "call 203.0.113.7",
])("%j is left out", (name) => {
  expect([nameForStranger(name), greeting(name), accountWords(name)]).toEqual([undefined, "Hello,", "portal.example"]);
});

test.each([
  "Ada Okafor",
  "J. R. R. Tolkien",
  "Quarry Inc.",
  "Dr. Ada",
  "Müller & Söhne",
  "علی‌رضا",
  "ʻOkina",
  "Ada 3.0",
])("%j stays", (name) => {
  expect([nameForStranger(name), greeting(name), accountWords(name)]).toEqual([name, `Hello ${name},`, name]);
});
