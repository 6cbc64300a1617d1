import { tidy } from "#lib/core/invisible.ts";

/**
 * Up to the next semicolon: text between quotation marks, in which two of them stand for one (RFC 4180), or any other.
 */
const part = /\s*(?:"((?:[^"]|"")*)"\s*|([^;]*))(?:;|$)/gy;

/**
 * The names in one cell, tidy, with semicolons between them; one that holds a semicolon itself stands in quotation
 * marks.
 */
export const namesOf = (cell: string): string[] =>
  Array.from(cell.matchAll(part), ([, quoted, plain = ""]) => tidy(quoted?.replaceAll('""', '"') ?? plain)).filter(
    Boolean,
  );

/** Names as {@link namesOf} reads them. */
export const asCell = (names: string[]): string => names.map(quotedWhereNeeded).join("; ");

const quotedWhereNeeded = (name: string): string =>
  name.includes(";") || name.startsWith('"') ? `"${name.replaceAll('"', '""')}"` : name;
