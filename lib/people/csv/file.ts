import Papa from "papaparse";
import { type Columns, columnsOf, missingColumns, type RowValues, valuesOf } from "./columns.ts";

/** One person to be made, as a line of the file says; `line` is the line of the file that the row begins in, from 1. */
export type ImportRow = { line: number; values: RowValues };

/** What a file comes to: its rows, or why it cannot be read at all. */
type ReadFile = { rows: ImportRow[]; unknown: string[] } | { trouble: string };

/** How many people a file may hold. */
export const maxRows = 5000;

type CsvRow = { line: number; cells: string[] };

/** Reads a CSV file: its first line names the columns, commas, semicolons or tabs part them. */
export function readCsv(text: string): ReadFile {
  const { rows, openQuote } = rowsOf(text.replace(/^\uFEFF/, ""));
  if (openQuote) return { trouble: `Line ${openQuote}: a quotation mark is missing.` };
  const [first, ...people] = rows;
  if (!first) return { trouble: "This file is empty." };
  const columns = columnsOf(first.cells);
  const missing = missingColumns(columns);
  if (missing) return { trouble: noColumns(first.cells, missing) };
  if (people.length === 0) return { trouble: "There is nobody in this file: it has only a line of headings." };
  if (people.length > maxRows)
    return { trouble: `This file holds ${people.length} people. Split it: ${maxRows} at most.` };
  return { rows: people.map((row) => personOf(columns, row)), unknown: columns.unknown };
}

const personOf = (columns: Columns, { line, cells }: CsvRow): ImportRow => ({ line, values: valuesOf(columns, cells) });

function noColumns(found: string[], missing: string): string {
  const names = found.map((name) => name.trim()).filter(Boolean);
  const seen = names.slice(0, 20).map((name) => `“${name.slice(0, 40)}”`);
  const list = names.length > 20 ? `${seen.join(", ")} and ${names.length - 20} more` : seen.join(", ");
  return `The first line must name the columns. Missing: ${missing}. Found: ${list || "nothing"}.`;
}

/** Excel writes, and reads, what parts the cells in a line of its own. */
const separatorLine = /^"?sep=(.)"?(\r\n|\r|\n)/i;

/**
 * The lines with anything in them, and where each begins; `openQuote` is the line of a quotation mark that is never
 * closed.
 */
function rowsOf(text: string): { rows: CsvRow[]; openQuote?: number } {
  const [head = "", separator] = separatorLine.exec(text) ?? [];
  const body = text.slice(head.length);
  const lineAt = lineCounter(body, head ? 2 : 1);
  const rows: CsvRow[] = [];
  let start = 0;
  let openQuote: number | undefined;
  Papa.parse<string[]>(body, {
    delimiter: separator ?? delimiterOf(body),
    step: ({ data: cells, errors, meta }) => {
      const line = lineAt(start);
      start = meta.cursor;
      if (errors.some(({ type }) => type === "Quotes")) openQuote ??= line;
      if (cells.some((cell) => cell.trim() !== "")) rows.push({ line, cells });
    },
  });
  return { rows, openQuote };
}

const separators = [",", "\t", "|", ";", Papa.RECORD_SEP, Papa.UNIT_SEP];

/**
 * What parts the most headings, over however many lines they run. Papa itself takes an average of the first rows, which
 * empty ones among them, as at the end, bring down.
 */
function delimiterOf(text: string): string {
  const rest = fromHeadings(text);
  const counts = separators.map(
    (delimiter) => Papa.parse<string[]>(rest, { delimiter, preview: 1 }).data[0]?.length ?? 0,
  );
  return separators[counts.indexOf(Math.max(...counts))] ?? ",";
}

/**
 * From the first line with anything but separators in it; a quotation mark may begin a heading whose letters are
 * further down.
 */
function fromHeadings(text: string): string {
  const before = text.slice(0, Math.max(0, text.search(/["\p{L}]/u)));
  return text.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
}

/** Says in which line a place of the text is; asked for places in rising order. */
function lineCounter(text: string, first: number): (place: number) => number {
  const ends = text.matchAll(/\r\n|\r|\n/g);
  let line = first;
  let next = ends.next();
  return (place) => {
    for (; !next.done && next.value.index < place; next = ends.next()) line += 1;
    return line;
  };
}
