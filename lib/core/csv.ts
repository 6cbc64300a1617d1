import Papa from "papaparse";

/** A spreadsheet takes what begins so for a formula; an apostrophe in front makes it text (ASVS 1.2.10). */
const looksLikeFormula = /^[=+\-@\t\r\0]/;

type Cell = string | number | null | undefined;

/**
 * The first line of a CSV file: the names of its columns, behind the byte order mark without which Excel takes it for
 * no UTF-8.
 */
export const csvHead = (columns: readonly string[]): string => `\uFEFF${csvLines([columns])}`;

/** Lines of a CSV file (RFC 4180); what is absent is an empty cell. */
export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  rows.length ? `${Papa.unparse(rows as Cell[][], { escapeFormulae: looksLikeFormula })}\r\n` : "";
