import { z } from "zod";
import { reader } from "#db/client.ts";
import type { Actor } from "#lib/core/actor.ts";
import { page, pageQuery, streamed } from "#lib/core/fields.ts";
import { openPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { entriesOf, type LogEntry, logEntry } from "./entries.ts";
import { asText, exportFormats } from "./export.ts";
import { type LogFilter, logFilter } from "./log-filter.ts";

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
    ...pageQuery,
  }),
  output: logPage,

  async run({ actor, tx }, { limit, cursor, ...filter }) {
    const paging = openPage(["security log", actor.id, ...partsOf(filter)], { limit, cursor });
    const [below] = paging.after ?? [];
    const entries = await entriesOf(tx, actor, filter, paging.atMost, below ? Number(below) : undefined);
    return paging.answer(
      entries,
      ({ id }) => [String(id)],
      (entry) => entry,
    );
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
  stepUp: "in_person",
  limit: { name: "security_log_export", points: 20, seconds: 3600 },
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
