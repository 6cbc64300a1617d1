import { expect, test } from "vitest";
import { decodeLegacy, decodeUnicode, isLegacyEncoding, isWorkbook, samplesOf } from "./encoding.ts";

const text = "name,email\nJosé Müller,jose@example.org\n";
const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (littleEndian: boolean, mark: string) => {
  const bytes = new DataView(new ArrayBuffer((mark + text).length * 2));
  [...(mark + text)].forEach((letter, at) => void bytes.setUint16(at * 2, letter.charCodeAt(0), littleEndian));
  return new Uint8Array(bytes.buffer);
};

test.each([
  ["UTF-8", new TextEncoder().encode(text)],
  ["UTF-8 with a byte order mark", new TextEncoder().encode(`\uFEFF${text}`)],
  ["UTF-16 as Excel writes it", utf16(true, "\uFEFF")],
  ["UTF-16, the other way round", utf16(false, "\uFEFF")],
  ["UTF-16 without a mark", utf16(true, "")],
])("%s is read as it is", (_, bytes) => {
  expect(decodeUnicode(bytes)).toBe(text);
});

test("what is no Unicode is never guessed at", () => {
  expect(decodeUnicode(latin1)).toBeNull();
});

test("it is read in the encoding that somebody chose", () => {
  expect(decodeLegacy(latin1, "windows-1252")).toBe(text);
  expect(decodeLegacy(Uint8Array.from([0xa3, 0x75, 0x6b, 0x61, 0x73, 0x7a]), "windows-1250")).toBe("Łukasz");
});

test("the cells to judge an encoding by are those with letters beyond ASCII", () => {
  expect(samplesOf(`${text}José Müller,b@example.org\nBen,"Straße"\n`)).toEqual(["José Müller", "Straße"]);
});

test("an encoding is one of those offered, and nothing else", () => {
  expect(["windows-1252", "utf-8", "constructor", undefined].map(isLegacyEncoding)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("a spreadsheet program's own file is told apart", () => {
  expect(isWorkbook(Uint8Array.from([0x50, 0x4b, 3, 4, 20]))).toBe(true);
  expect(isWorkbook(latin1)).toBe(false);
});
