import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import { line, page, pageQuery } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { credentialColumns, system, toServiceCredential, wireCredential } from "./service-credential.ts";
import { credentialKinds } from "./systems.ts";

const key = sql`lower(${serviceCredentials.name})`;

/** Lists the own service credentials by name, a page at a time. */
export const listCredentials = defineOperation({
  name: "credentials.list",
  summary: "List the secrets that you keep for other systems, without the secrets",
  route: "GET /me/credentials",
  allow: "list:service_credential",
  about: "oneself",
  input: z.strictObject({
    search: line(100).optional().meta({ description: "Part of its name, its user name or the system's name" }),
    ...pageQuery,
  }),
  output: page(wireCredential),

  async run({ actor, tx }, { search, limit, cursor }) {
    const by = [key, serviceCredentials.id];
    const paging = keysetPage(["credentials", actor.id, search], { limit, cursor }, by);
    const rows = await tx
      .select({ ...credentialColumns, position: paging.position })
      .from(serviceCredentials)
      .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
      .where(and(eq(serviceCredentials.userId, actor.id), matching(search), paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, toServiceCredential);
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  const words = sql`lower(${serviceCredentials.name} || ' ' || ${serviceCredentials.username} || ' ' || ${integrations.name})`;
  return sql`${words} like ${containing(search.toLowerCase())}`;
}

export const openSystem = system.extend({
  takes: z.array(z.enum(credentialKinds)).meta({ description: "What opens it" }),
});

export type System = z.output<typeof openSystem>;
