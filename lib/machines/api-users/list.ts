import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { notFound } from "#lib/core/errors.ts";
import { accountId, instant, line, page, pageQuery, uuid, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** An API user as it stands on the wire; its secrets are never part of it, only that there are such. */
export const wireApiUser = z.object({
  id: z.uuid(),
  accountId: z.string(),
  login: z.string(),
  name: z.string(),
  surname: z.string(),
  email: z.string(),
  active: z.boolean(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "It holds their roles" }),
  allowedAddresses: z.array(z.string()).meta({ description: "Where it may come from; empty for everywhere" }),
  secrets: z
    .array(
      z.object({
        id: z.uuid(),
        createdAt: instant,
        lastUsedAt: instant.nullable(),
        outgrownAt: instant
          .nullable()
          .meta({ description: "Since when the API user may do more than whoever made it; null: no more. Replace it" }),
      }),
    )
    .meta({ description: "With which it signs in, the oldest first; two at most" }),
  lastSignInAt: instant.nullable(),
  lastSignInAddress: z.string().nullable(),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

export type ApiUser = z.output<typeof wireApiUser>;

const groupsOf = sql<ApiUser["groups"]>`coalesce((
  select json_agg(json_build_object('id', g.id, 'name', g.name) order by lower(g.name))
  from api_user_groups m join groups g on g.id = m.group_id where m.api_user_id = api_users.id), '[]'::json)`;

type Secrets = { id: string; createdAt: string; lastUsedAt: string | null; outgrownAt: string | null }[];

const secretsOf = sql<Secrets>`coalesce((
  select json_agg(json_build_object('id', s.id, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at,
    'outgrownAt', s.outgrown_at)
    order by s.created_at, s.id)
  from api_user_secrets s where s.api_user_id = api_users.id), '[]'::json)`;

const columns = { user: apiUsers, groups: groupsOf, secrets: secretsOf };

type ApiUserRow = { user: typeof apiUsers.$inferSelect; groups: ApiUser["groups"]; secrets: Secrets };

const present = ({ user, groups, secrets }: ApiUserRow): ApiUser => ({
  ...user,
  groups,
  secrets: secrets.map(({ id, createdAt, lastUsedAt, outgrownAt }) => ({
    id,
    createdAt: wire(new Date(createdAt)),
    lastUsedAt: lastUsedAt && wire(new Date(lastUsedAt)),
    outgrownAt: outgrownAt && wire(new Date(outgrownAt)),
  })),
  lastSignInAt: wire(user.lastSignInAt),
  createdAt: wire(user.createdAt),
  modifiedAt: wire(user.modifiedAt),
});

/** An API user of the tenant. Refuses `not_found`. */
export async function readApiUser({ tx, tenant }: { tx: Db; tenant: Tenant }, id: string): Promise<ApiUser> {
  const [found] = await tx.select(columns).from(apiUsers).where(isApiUserHere(tenant, id));
  if (!found) throw notFound("API user");
  return present(found);
}

/** The row of an API user, in the place alone. */
export const isApiUserHere = ({ accountId }: Tenant, id: string): SQL | undefined =>
  and(eq(apiUsers.id, id), eq(apiUsers.accountId, accountId));

const key = sql`lower(${apiUsers.login})`;

/** Lists the API users of an account by login, a page at a time. */
export const listApiUsers = defineOperation({
  name: "api_users.list",
  summary: "List the API users of an account",
  route: "GET /api-users",
  allow: "list:api_user",
  input: z.strictObject({
    accountId,
    search: line(100).optional().meta({ description: "Part of the login, name, surname or e-mail address" }),
    groupId: uuid().optional().meta({ description: "Only those in this group" }),
    secretsBy: uuid().optional().meta({ description: "Only those with a secret that this person made" }),
    ...pageQuery,
  }),
  output: page(wireApiUser),

  async run({ tx, tenant }, { search, groupId, secretsBy, limit, cursor }) {
    const paging = keysetPage(["api users", tenant.accountId, search, groupId, secretsBy], { limit, cursor }, [
      key,
      apiUsers.id,
    ]);
    const rows = await tx
      .select({ ...columns, position: paging.position })
      .from(apiUsers)
      .where(
        and(
          eq(apiUsers.accountId, tenant.accountId),
          matching(search),
          inGroup(groupId),
          withSecretBy(secretsBy),
          paging.after,
        ),
      )
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, present);
  },
});

function matching(search: string | undefined) {
  if (!search) return undefined;
  const part = containing(search.toLowerCase());
  const { login, name, surname, email } = apiUsers;
  return sql`lower(${login} || ' ' || ${name} || ' ' || ${surname} || ' ' || ${email}) like ${part}`;
}

function inGroup(groupId: string | undefined) {
  if (!groupId) return undefined;
  return sql`exists (select from api_user_groups m where m.api_user_id = api_users.id and m.group_id = ${groupId})`;
}

function withSecretBy(userId: string | undefined) {
  if (!userId) return undefined;
  return sql`exists (select from api_user_secrets s where s.api_user_id = api_users.id and s.created_by = ${userId})`;
}
