import { z } from "zod";
import { anyAccountId, page, pageQuery } from "#lib/core/fields.ts";
import { openPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { auditEntry, entriesWith } from "./entries.ts";
import { type AuditFilter, auditFilter, newestIds, resolveFilter } from "./filter.ts";

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
