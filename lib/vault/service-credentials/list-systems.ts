import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { integrations } from "#db/schema/vault.ts";
import { line, page, pageQuery, uuid } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { openSystem } from "./list.ts";
import { systemFacts } from "./systems.ts";

const systemName = sql`lower(${integrations.name})`;

/** Lists the systems of one's account for which one brings a secret oneself, by name. */
export const listSystems = defineOperation({
  name: "credentials.list_systems",
  summary: "List the systems for which you can keep a secret",
  route: "GET /me/integrations",
  allow: "list:service_credential",
  about: "oneself",
  input: z.strictObject({
    id: uuid().optional().meta({ description: "Only this one" }),
    search: line(100).optional().meta({ description: "Part of the system's name" }),
    ...pageQuery,
  }),
  output: page(openSystem),

  async run({ actor, tx }, { id, search, limit, cursor }) {
    const by = [systemName, integrations.id];
    const paging = keysetPage(["systems", actor.accountId, id, search], { limit, cursor }, by);
    const named = search ? sql`${systemName} like ${containing(search.toLowerCase())}` : undefined;
    const manual = and(eq(integrations.accountId, actor.accountId), eq(integrations.mode, "manual"));
    const here = and(manual, id ? eq(integrations.id, id) : undefined);
    const rows = await tx
      .select({ integration: integrations, position: paging.position })
      .from(integrations)
      .where(and(here, named, paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, ({ integration }) => ({ ...integration, takes: systemFacts[integration.kind].takes }));
  },
});
