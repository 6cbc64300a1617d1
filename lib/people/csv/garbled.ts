/**
 * Text in Windows-1252, as far as it can be written in it (WHATWG Encoding Standard: its five gaps are control
 * characters).
 */
const bytesOf: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(new Uint8Array([byte])), byte]),
);

/**
 * What a word reads as by its proper encoding, if it is names that were garbled: no two scripts in one word, no rare
 * letters. `MATÚŠ` and `Weiß’s` are UTF-8 by chance as well, of a word half Latin and half Arabic, or N’Ko.
 */
const latinWord = new RegExp(
  [
    String.raw`^[\x21-\x7E\u00A0-\u017F\u018F\u01A0\u01A1\u01AF\u01B0\u0218-\u021B\u0259\u1E00-\u1EFF`,
    String.raw`\u0300-\u0304\u0306-\u030C\u0323\u0327\u0328\u2010-\u205E\u20AC\u2122\p{Emoji_Presentation}]+$`,
  ].join(""),
  "u",
);
const otherWord = /^(?=.*\p{L})\P{Script=Latin}+$/u;

/** A letter that lost the second of two, a space that does not break: it was trimmed off. */
const cutShort = /\p{Ll}Ã(?!\p{L})/u;

/** What a program writes for a letter that its encoding lacks; U+FFFD every name is refused for. */
const lost = /\p{L}\?|\?\p{L}/u;

/**
 * Is this a name from a file that was read in another encoding than it was saved in, or saved in one that lacks its
 * letters?
 */
export const isGarbled = (name: string): boolean =>
  lost.test(name) || cutShort.test(name) || name.split(/[ \t\r\n]+/).some(isUtf8ReadAs1252);

function isUtf8ReadAs1252(word: string): boolean {
  const bytes = Array.from(word, (letter) => bytesOf.get(letter));
  if (!bytes.some((byte) => byte !== undefined && byte > 0x7f)) return false;
  const meant = bytes.includes(undefined) ? undefined : utf8(bytes as number[]);
  return meant !== undefined && (latinWord.test(meant) || otherWord.test(meant));
}

function utf8(bytes: number[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return undefined;
  }
}
