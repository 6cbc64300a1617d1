import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { integrations } from "#db/schema/vault.ts";
import { accountId, line, page, pageQuery } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { group, toIntegration, usage, wireIntegration } from "./integration.ts";

const key = sql`lower(${integrations.name})`;

/** Lists the integrations of an account by name, a page at a time. */
export const listIntegrations = defineOperation({
  name: "integrations.list",
  summary: "List the systems outside for which people keep secrets",
  route: "GET /integrations",
  allow: "list:integration",
  input: z.strictObject({
    accountId,
    search: line(100).optional().meta({ description: "Part of the name or the address" }),
    ...pageQuery,
  }),
  output: page(wireIntegration),

  async run({ tx, tenant }, { search, limit, cursor }) {
    const paging = keysetPage(["integrations", tenant.accountId, search], { limit, cursor }, [key, integrations.id]);
    const rows = await tx
      .select({ integration: integrations, group, usage, position: paging.position })
      .from(integrations)
      .where(and(eq(integrations.accountId, tenant.accountId), matching(search), paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, toIntegration);
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  const part = containing(search.toLowerCase());
  return sql`lower(${integrations.name} || ' ' || ${integrations.baseUrl}) like ${part}`;
}
