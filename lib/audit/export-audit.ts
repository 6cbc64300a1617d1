import { z } from "zod";
import { anyAccountId, streamed } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { asRows } from "./export.ts";
import { auditFilter, resolveFilter } from "./filter.ts";
import { exportFormats } from "./security-log/export.ts";

/** The log as a file that is written while it is read: it may be as long as it likes. */
export const exportAudit = defineOperation({
  name: "audit.export",
  summary: "Download the audit log of an account, newest first, as CSV or JSON lines",
  route: "GET /audit/export",
  allow: "get:audit",
  stepUp: "always",
  limit: { name: "audit_export", points: 20, seconds: 3600 },
  input: z.strictObject({
    accountId: anyAccountId,
    ...auditFilter,
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
  auditExport: ({ input: { accountId: _, ...filter } }) => ({ details: { filter } }),

  async run({ actor, tx, tenant }, { accountId: _, format, ...filter }) {
    const content = asRows(await resolveFilter(tx, actor, tenant, filter), format);
    return { content, contentType: exportFormats[format], fileName: `latchkey-audit.${format}` };
  },
});
