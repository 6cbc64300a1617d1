import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { readPermissions } from "#db/administration-service.ts";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, page, pageQuery, permissionPattern, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { isHeldBy, rolesFor } from "../granting/grant-rules.ts";

/** A permission map as it may be written. */
export const permissionMap = z
  .record(permissionPattern, z.enum(["allowed", "denied"], "Say allowed or denied."), { error: noPattern })
  .refine((map) => Object.keys(map).length <= 500, "Use at most 500 patterns.")
  .transform(readPermissions)
  .meta({
    description: "Patterns `service:own|managed:action:resource`, each part a word or `*`; denied beats allowed",
    example: { "admin:own:list:user": "allowed" },
  });

/** Names the key that is no pattern, since a map may hold many. */
function noPattern({ code, path }: { code?: string; path?: PropertyKey[] }): string | undefined {
  if (code !== "invalid_key") return undefined;
  const key = String(path?.at(-1)).slice(0, 100);
  return `“${key}” is no pattern: write service:own|managed:action:resource, each part a word or *.`;
}

/** A role as it stands on the wire. Global ones belong to no account. */
export const wireRole = z.object({
  id: z.uuid(),
  accountId: z.string().nullable().meta({ description: "The account it belongs to; null for a global one" }),
  name: z.string(),
  description: z.string(),
  permissions: z.record(z.string(), z.enum(["allowed", "denied"])),
  global: z.boolean().meta({ description: "Every account has it, and none can change it" }),
  heldByYou: z.boolean().meta({ description: "Do you hold it yourself? Then somebody else has to change it" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

export type Role = z.output<typeof wireRole>;

type RoleRow = { role: typeof roles.$inferSelect; heldByYou: boolean };

/** A row as it stands on the wire. */
export const presentRole = ({ role, heldByYou }: RoleRow): z.input<typeof wireRole> => ({
  ...role,
  global: role.accountId === null,
  heldByYou,
  createdAt: wire(role.createdAt),
  modifiedAt: wire(role.modifiedAt),
});

type Where = { actor: Actor; tenant: Tenant; tx: Db };

/** A role that people of the tenant can hold. Refuses `not_found`. */
export async function readRole({ actor, tenant, tx }: Where, roleId: string): Promise<RoleRow> {
  const [found] = await tx
    .select({ role: roles, heldByYou: isHeldBy(actor.id) })
    .from(roles)
    .where(and(eq(roles.id, roleId), rolesFor(tenant)));
  if (!found) throw notFound("role");
  return found;
}

const key = sql`lower(${roles.name})`;

/** Lists the roles of an account and the global ones, by name. */
export const listRoles = defineOperation({
  name: "roles.list",
  summary: "List the roles that people of an account can hold",
  route: "GET /roles",
  allow: "list:role",
  input: z.strictObject({
    accountId,
    search: line(100).optional().meta({ description: "Part of the name or the description" }),
    kind: z
      .enum(["all", "own", "global"])
      .default("all")
      .meta({ description: "The account's own ones, the global ones that every account has, or both" }),
    ...pageQuery,
  }),
  output: page(wireRole),

  async run({ actor, tx, tenant }, { search, kind, limit, cursor }) {
    const paging = keysetPage(["roles", tenant.accountId, search, kind], { limit, cursor }, [key, roles.id]);
    const rows = await tx
      .select({ role: roles, heldByYou: isHeldBy(actor.id), position: paging.position })
      .from(roles)
      .where(and(rolesFor(tenant), ofKind(kind), matching(search), paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, presentRole);
  },
});

const ofKind = (kind: "all" | "own" | "global"): SQL | undefined =>
  ({
    all: undefined,
    own: sql`${roles.accountId} is not null`,
    global: sql`${roles.accountId} is null`,
  })[kind];

function matching(search: string | undefined) {
  if (!search) return undefined;
  const part = containing(search.toLowerCase());
  return sql`lower(${roles.name} || ' ' || ${roles.description}) like ${part}`;
}
