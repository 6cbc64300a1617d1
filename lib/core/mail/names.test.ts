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
  "💩.la",
  "I❤.ws",
  "I❤️.ws",
  "evil(.)com",
  "evil [dot] com",
  "evil dot com",
  "evil .com",
  "evil . com",
  "http:evil",
  "mailto:x@evil",
  "x@evil",
  "tel:+49900",
  "call 0900-123456",
  "call +49 900",
  "call ０９００ １２３４５６",
  "a.co",
  "X.Com",
  "X.Page",
  "Dr.Casino",
  "A.Rahman.example",
  `You have won ${"a lot ".repeat(9)}`,
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
  "Dr.Müller",
  "Prof. Dr.Müller",
  "St.Pierre",
  "Jean St.Pierre",
  "A.Rahman",
  "Season 2025/2026",
  "u-4711-0815-2026",
  "e1234567",
  "Class of 2026",
  "Müller e.V.",
  "Dot Cotton",
  "Wolfeschlegelsteinhausenbergerdorff",
  "María de los Ángeles Fernández-Villaverde y García de Toledo",
])("%j stays", (name) => {
  expect([nameForStranger(name), greeting(name), accountWords(name)]).toEqual([name, `Hello ${name},`, name]);
});
