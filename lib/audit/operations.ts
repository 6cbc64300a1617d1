import { sql } from "drizzle-orm";
import { z } from "zod";
import { notFound } from "#lib/core/errors.ts";
import { anyAccountId, instant, page, pageQuery, streamed } from "#lib/core/fields.ts";
import { openPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { auditEntry, entriesWith } from "./entries.ts";
import { asRows } from "./export.ts";
import { type AuditFilter, auditFilter, newestIds, resolveFilter } from "./filter.ts";
import { exportFormats } from "./security-log/export.ts";
import { chainState, linkOf } from "./state.ts";

/** What happened in an account, and what its people did in accounts that it manages. */
export const listAudit = defineOperation({
  name: "audit.list",
  summary: "Read the audit log of an account, newest first",
  route: "GET /audit",
  allow: "list:audit",
  input: z.strictObject({
    accountId: anyAccountId,
    ...auditFilter,
    ...pageQuery,
  }),
  output: page(auditEntry),

  async run({ actor, tx, tenant }, { accountId, limit, cursor, ...filter }) {
    const list = ["audit", actor.id, accountId ?? tenant.accountId, ...partsOf(filter)];
    const paging = openPage(list, { limit, cursor });
    const [below] = paging.after ?? [];
    const narrowed = await resolveFilter(tx, actor, tenant, filter);
    const entries = await entriesWith(tx, newestIds(narrowed, paging.atMost, below ? Number(below) : null));
    return paging.answer(
      entries,
      ({ id }) => [String(id)],
      (entry) => entry,
    );
  },
});

const partsOf = ({ actor, action, target, result, from, until }: AuditFilter) =>
  [actor, action, target, result, from, until].map((part) => part ?? "");

const link = z.object({
  position: z.int().meta({ description: "Its place in the chain, from 1" }),
  sha256: z.string().meta({ description: "Over the link before and this entry, in hexadecimal" }),
  sealedAt: instant,
});

const anEntry = "Write the id of an entry, a whole number.";
const entryId = z.coerce
  .number(anEntry)
  .int(anEntry)
  .min(1, anEntry)
  .max(Number.MAX_SAFE_INTEGER, anEntry)
  .meta({ description: "The entry's id" });

/** One entry with all there is to know of it. */
export const getAudit = defineOperation({
  name: "audit.get",
  summary: "Read an entry of the audit log, with its link in the chain",
  route: "GET /audit/{entryId}",
  allow: "get:audit",
  input: z.strictObject({
    entryId,
    accountId: anyAccountId,
  }),
  output: auditEntry.extend({ link: link.nullable().meta({ description: "null until it is sealed, within minutes" }) }),

  async run({ tx, tenant }, { entryId }) {
    const visible = sql`any(${sql.param(tenant.visibleAccountIds)}::text[])`;
    const one = sql`(select id from audit_entries
      where id = ${entryId} and (account_id = ${visible} or actor_account_id = ${visible}))`;
    const [entry] = await entriesWith(tx, one);
    if (!entry) throw notFound("entry");
    return { ...entry, link: await linkOf(tx, entryId) };
  },
});

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

/** How far the log is sealed, and what came of looking at the chain last. */
export const getChain = defineOperation({
  name: "audit.chain",
  summary: "Ask how far the audit log is sealed and when its chain was last verified",
  route: "GET /audit/chain",
  allow: "list:audit",
  input: z.strictObject({}),
  output: z.object({
    sealed: link.extend({ entryId: z.int() }).nullable().meta({ description: "The last link; null before the first" }),
    verified: z
      .object({
        at: instant,
        position: z.int().meta({ description: "The last link that holds" }),
        entryId: z.int().nullable(),
        sha256: z.string(),
        brokenAt: z.int().nullable().meta({ description: "The first link that does not; null when all do" }),
        problem: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "What came of the last check; null before the first" }),
  }),

  run: ({ tx }) => chainState(tx),
});
