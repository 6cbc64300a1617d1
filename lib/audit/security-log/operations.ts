import { z } from "zod";
import { reader } from "#db/client.ts";
import type { Actor } from "#lib/core/actor.ts";
import { readCursor, writeCursor } from "#lib/core/cursor.ts";
import { cursor, limit, page, streamed } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { entriesOf, type LogEntry, type LogFilter, logEntry, logFilter } from "./entries.ts";
import { asText, exportFormats } from "./export.ts";

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

/** The same as a file to keep, of any length; that it was taken is on record like everything else. */
export const exportSecurityLog = defineOperation({
  name: "security_log.export",
  summary: "Download your security log, as CSV or JSON lines",
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
    content: streamed("text/csv", "text/plain"),
    contentType: z.string(),
    fileName: z.string(),
  }),
  auditExport: ({ input: { format, ...filter } }) => ({ details: { format, filter } }),

  async run({ actor, tx }, { format, ...filter }) {
    const [newest] = await entriesOf(tx, actor, filter, 1);
    return {
      content: asText(format, pieces(actor, filter, newest?.id)),
      contentType: exportFormats[format],
      fileName: `latchkey-security-log.${format}`,
    };
  },
});

/** How many entries are held at a time. */
const atOnce = 1000;

/**
 * From the newest of the moment it is asked for: what is added meanwhile, first of all that it is taken, is not in it.
 */
async function* pieces(actor: Actor, filter: LogFilter, newest: number | undefined): AsyncGenerator<LogEntry[]> {
  for (let below = (newest ?? 0) + 1; ; ) {
    const entries = await entriesOf(reader(), actor, filter, atOnce, below);
    if (entries.length) yield entries;
    const last = entries.at(-1);
    if (!last || entries.length < atOnce) return;
    below = last.id;
  }
}
