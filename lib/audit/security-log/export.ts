import { csvHead, csvLines } from "#lib/core/csv.ts";
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
  for await (const entries of pieces) yield writers[format](entries);
}

const writers = {
  csv: (entries: LogEntry[]) => csvLines(entries.map((entry) => columns.map((column) => textOf(entry[column])))),
  jsonl: (entries: LogEntry[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
};

function textOf(value: LogEntry[keyof LogEntry]): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
