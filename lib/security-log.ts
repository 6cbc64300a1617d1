import { z } from "zod";
import { readCursor, writeCursor } from "./core/cursor.ts";
import { binary, cursor, limit, page } from "./core/fields.ts";
import { defineOperation } from "./core/operation.ts";
import { entriesOf, type LogFilter, logEntry, logFilter } from "./security-log/entries.ts";
import { asCsv, asJsonl } from "./security-log/export.ts";

const logPage = page(logEntry);

export type LogPage = z.output<typeof logPage>;

/** Everything that happened to one's own account: what one did, what was tried as oneself, what others did to it. */
export const listSecurityLog = defineOperation({
  name: "security_log.list",
  summary: "Read everything that happened to your account, newest first",
  route: "GET /me/security-log",
  allow: "signed-in",
  input: z.strictObject({
    ...logFilter,
    limit: limit.meta({ description: "How many at a time, 100 at most" }),
    cursor,
  }),
  output: logPage,

  async run({ actor, tx }, { limit, cursor, ...filter }) {
    const list = JSON.stringify(["security log", actor.id, ...partsOf(filter)]);
    const [below] = readCursor(list, cursor) ?? [];
    const entries = await entriesOf(tx, actor, filter, limit + 1, below ? Number(below) : undefined);
    const items = entries.slice(0, limit);
    const last = entries.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? writeCursor(list, [String(last.id)]) : null };
  },
});

const partsOf = ({ kind, search, result, from, until, token }: LogFilter) =>
  [kind, search, result, from, until, token].map((part) => part ?? "");

/** An export has this many entries at most: the newest that match. */
export const exportedAtMost = 10_000;

const formats = {
  csv: { mediaType: "text/csv; charset=utf-8", write: asCsv },
  jsonl: { mediaType: "application/jsonl; charset=utf-8", write: asJsonl },
};

/** The same as a file to keep. */
export const exportSecurityLog = defineOperation({
  name: "security_log.export",
  summary: `Download your security log: the newest ${exportedAtMost.toLocaleString("en")} entries that match, as CSV or JSON lines`,
  route: "GET /me/security-log/export",
  allow: "signed-in",
  limit: { name: "security_log_export", points: 20, seconds: 3600 },
  fresh: true,
  input: z.strictObject({
    ...logFilter,
    format: z
      .enum(["csv", "jsonl"])
      .default("csv")
      .meta({ description: "RFC 4180 with a line of headings, or one JSON object a line" }),
  }),
  output: z.object({
    content: binary("text/csv", "application/jsonl"),
    contentType: z.string(),
    fileName: z.string(),
  }),

  async run({ actor, tx }, { format, ...filter }) {
    const { mediaType, write } = formats[format];
    const entries = await entriesOf(tx, actor, filter, exportedAtMost);
    const content = new TextEncoder().encode(write(entries));
    return { content, contentType: mediaType, fileName: `latchkey-security-log.${format}` };
  },
});
