import type { LogEntry } from "./entries.ts";

const columns = [
  "at",
  "words",
  "action",
  "result",
  "reason",
  "by",
  "byUsername",
  "asYou",
  "via",
  "address",
  "program",
  "target",
  "details",
  "requestId",
] as const;

/**
 * The media types of a log as a file. Lines of JSON are text: by any type that has json in its name, generated clients
 * would read the whole file as one value, and fail.
 */
export const exportFormats = { csv: "text/csv; charset=utf-8", jsonl: "text/plain; charset=utf-8" };

/** The log as text, piece by piece: RFC 4180 with a line of headings, or an entry a line as JSON (jsonlines.org). */
export async function* asText(
  format: keyof typeof exportFormats,
  pieces: AsyncIterable<LogEntry[]>,
): AsyncGenerator<string> {
  if (format === "csv") yield csvHead(columns);
  for await (const entries of pieces) yield entries.map(writers[format]).join("");
}

const writers = {
  csv: (entry: LogEntry) => csvLine(columns.map((column) => textOf(entry[column]))),
  jsonl: (entry: LogEntry) => `${JSON.stringify(entry)}\n`,
};

function textOf(value: LogEntry[keyof LogEntry]): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A spreadsheet takes what begins so for a formula; a quote in front makes it words (ASVS 1.2.10). */
const looksLikeFormula = /^[=+\-@\t\r\0]/;

/**
 * The first line of a CSV file: the names of its columns, behind the byte order mark without which Excel takes it for
 * no UTF-8.
 */
export const csvHead = (columns: readonly string[]): string => `\uFEFF${csvLine(columns)}`;

/** One line of a CSV file; what is not there is an empty cell. */
export const csvLine = (cells: readonly (string | number | null | undefined)[]): string =>
  `${cells.map((value) => cell(String(value ?? ""))).join(",")}\r\n`;

/** One cell: quoted where it must be. */
export function cell(text: string): string {
  const inert = looksLikeFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
