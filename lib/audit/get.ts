import { sql } from "drizzle-orm";
import { z } from "zod";
import { notFound } from "#lib/core/errors.ts";
import { anyAccountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { chainLink } from "./chain-link.ts";
import { auditEntry, entriesWith } from "./entries.ts";
import { linkOf } from "./state.ts";

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
  output: auditEntry.extend({
    link: chainLink.nullable().meta({ description: "null until it is sealed, within minutes" }),
  }),

  async run({ tx, tenant }, { entryId }) {
    const visible = sql`any(${sql.param(tenant.visibleAccountIds)}::text[])`;
    const one = sql`(select id from audit_entries
      where id = ${entryId} and (account_id = ${visible} or actor_account_id = ${visible}))`;
    const [entry] = await entriesWith(tx, one);
    if (!entry) throw notFound("entry");
    return { ...entry, link: await linkOf(tx, entryId) };
  },
});
