import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { groups } from "#db/schema/access.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, page, pageQuery, uuid, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** A group as it stands on the wire. */
export const wireGroup = z.object({
  id: z.uuid(),
  accountId: z.string(),
  name: z.string(),
  description: z.string(),
  roles: z
    .array(z.object({ id: z.uuid(), name: z.string(), global: z.boolean() }))
    .meta({ description: "What its members hold through it" }),
  apiUsers: z.int().meta({ description: "How many API users are in it, who are no members but hold its roles" }),
  includesYou: z.boolean().meta({ description: "Are you a member? Then somebody else has to change what it holds" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

export type Group = z.output<typeof wireGroup>;

const held = sql<Group["roles"]>`coalesce((
  select json_agg(json_build_object('id', r.id, 'name', r.name, 'global', r.account_id is null) order by lower(r.name))
  from group_roles g join roles r on r.id = g.role_id where g.group_id = groups.id), '[]'::json)`;

const memberIs = (userId: string) =>
  sql<boolean>`(exists (select from group_members m where m.group_id = groups.id and m.user_id = ${userId})
    or exists (select from api_user_groups m where m.group_id = groups.id and m.api_user_id = ${userId}))`;

const apiUsers = sql<number>`(select count(*)::int from api_user_groups m where m.group_id = groups.id)`;

type GroupRow = { group: typeof groups.$inferSelect; roles: Group["roles"]; apiUsers: number; includesYou: boolean };

/** A row as it stands on the wire. */
const presentGroup = ({ group, roles, apiUsers, includesYou }: GroupRow): z.input<typeof wireGroup> => ({
  ...group,
  roles,
  apiUsers,
  includesYou,
  createdAt: wire(group.createdAt),
  modifiedAt: wire(group.modifiedAt),
});

type Where = { actor: Actor; tenant: Tenant; tx: Db };

/** A group of the tenant. Refuses `not_found`. */
export async function readGroup({ actor, tenant, tx }: Where, groupId: string): Promise<Group> {
  const [found] = await tx
    .select({ group: groups, roles: held, apiUsers, includesYou: memberIs(actor.id) })
    .from(groups)
    .where(and(eq(groups.id, groupId), eq(groups.accountId, tenant.accountId)));
  if (!found) throw notFound("group");
  return presentGroup(found);
}

const key = sql`lower(${groups.name})`;

/** Lists the groups of an account, by name. */
export const listGroups = defineOperation({
  name: "groups.list",
  summary: "List the groups of an account",
  route: "GET /groups",
  allow: "list:group",
  input: z.strictObject({
    accountId,
    search: line(100).optional().meta({ description: "Part of the name or the description" }),
    roleId: uuid().optional().meta({ description: "Only those that hold this role" }),
    ...pageQuery,
  }),
  output: page(wireGroup),

  async run({ actor, tx, tenant }, { search, roleId, limit, cursor }) {
    const paging = keysetPage(["groups", tenant.accountId, search, roleId], { limit, cursor }, [key, groups.id]);
    const rows = await tx
      .select({ group: groups, roles: held, apiUsers, includesYou: memberIs(actor.id), position: paging.position })
      .from(groups)
      .where(and(eq(groups.accountId, tenant.accountId), matching(search), holding(roleId), paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, presentGroup);
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  const part = containing(search.toLowerCase());
  return sql`lower(${groups.name} || ' ' || ${groups.description}) like ${part}`;
}

function holding(roleId: string | undefined) {
  if (!roleId) return undefined;
  return sql`exists (select from group_roles g where g.group_id = groups.id and g.role_id = ${roleId})`;
}
