/** The encodings that spreadsheets save text in where it is not Unicode, by their labels (WHATWG Encoding Standard). */
export const legacyEncodings = {
  "windows-1252": "Western European (Windows-1252)",
  "windows-1250": "Central European (Windows-1250)",
  "windows-1251": "Cyrillic (Windows-1251)",
  "windows-1253": "Greek (Windows-1253)",
  "windows-1254": "Turkish (Windows-1254)",
  "windows-1257": "Baltic (Windows-1257)",
  "windows-1255": "Hebrew (Windows-1255)",
  "windows-1256": "Arabic (Windows-1256)",
  macintosh: "Western European (Mac OS Roman)",
  shift_jis: "Japanese (Shift_JIS)",
  gb18030: "Chinese (GB 18030)",
  big5: "Chinese, traditional (Big5)",
  "euc-kr": "Korean (EUC-KR)",
} as const;

export type LegacyEncoding = keyof typeof legacyEncodings;

/** Whether somebody named one of {@link legacyEncodings}. */
export const isLegacyEncoding = (label: unknown): label is LegacyEncoding =>
  typeof label === "string" && Object.hasOwn(legacyEncodings, label);

/** Why a file with these bytes is no text at all. */
export const workbookTrouble =
  "This is a workbook, not a CSV file: in the spreadsheet program, save it as “CSV UTF-8”.";

/** The text of a file; null where its bytes are no Unicode and nothing in them tells which encoding they are in. */
export function decodeUnicode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(unicodeOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The text of a file in an encoding that somebody has chosen; what has no meaning in it becomes U+FFFD. */
export const decodeLegacy = (bytes: Uint8Array, encoding: LegacyEncoding): string =>
  new TextDecoder(encoding).decode(bytes);

// Excel's "Unicode text" is UTF-16 with a byte order mark; without one, the zeros beside ASCII letters tell.
function unicodeOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || first === 0) return "utf-16be";
  return "utf-8";
}

/** Cells with letters beyond ASCII, to judge by whether an encoding is the right one: the first few that differ. */
export function samplesOf(text: string, count = 6): string[] {
  const cells = text.split(/[\r\n,;\t"]+/).map((cell) => cell.trim());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with control characters
  return [...new Set(cells.filter((cell) => /[^\x00-\x7f]/.test(cell)))].slice(0, count);
}

const workbooks = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/** Whether the bytes are a spreadsheet program's own file (.xlsx, .ods, .xls), which holds no text. */
export const isWorkbook = (bytes: Uint8Array): boolean =>
  workbooks.some((signature) => signature.every((byte, at) => bytes[at] === byte));
