import { and, eq, ilike, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { accountId, line, page, pageQuery } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { tenantsFor } from "#lib/core/tenant.ts";
import { booleanQuery, presentAccount, wireAccount } from "./account.ts";

const relationships = ["managed", "managing", "bills_to"] as const;

const listed = z.object({
  id: z.string(),
  name: z.string(),
  relationship: z
    .enum(["own", ...relationships])
    .meta({ description: "How it stands to the account asked about: it is managed by it, manages it, or pays for it" }),
  open: z.boolean().meta({ description: "May you read it, and act in it?" }),
  account: wireAccount.nullable().meta({ description: "All about it, where it is open to you" }),
});

/** An account in a list. */
export type ListedAccount = z.output<typeof listed>;

const key = sql`lower(${accounts.name})`;

/**
 * Lists an account and those in direct relation to it, by name. Of one that is not open to the asker, only id and name
 * are told, and only where it stands in relation to their own.
 */
export const listAccounts = defineOperation({
  name: "accounts.list",
  summary: "List your account and those it manages or is managed by",
  route: "GET /accounts",
  allow: "list:account",
  input: z.strictObject({
    accountId,
    relationship: z.enum(relationships).optional().meta({
      description: "Only those that it manages, that manage it, or that pay for it (bills_to); not the account itself",
    }),
    search: line(100).optional().meta({ description: "Part of the name, or the whole id" }),
    name: line(100).optional().meta({ description: "The exact name" }),
    active: booleanQuery.optional().meta({ description: "Only active ones, or only others" }),
    mfaRequired: booleanQuery
      .optional()
      .meta({ description: "Only those that demand a second factor, or only others" }),
    locations: line(1000).optional().meta({ description: "Only those in any of these locations, separated by commas" }),
    ...pageQuery,
  }),
  output: page(listed),

  async run({ actor, tx, tenant }, { limit, cursor, accountId: _, ...filter }) {
    const open = await tenantsFor(listAccounts, actor);
    const isOpen = sql<boolean>`${accounts.id} = any(${sql.param(open)}::text[])`;
    // What is closed to them must not be found out by its properties; nor who else an account abroad has to do with.
    const looksInside = [filter.active, filter.mfaRequired, filter.locations].some((given) => given !== undefined);
    const paging = keysetPage([actor.id, tenant.accountId, filter], { limit, cursor }, [key, accounts.id]);
    const rows = await tx
      .select({
        account: accounts,
        open: isOpen,
        relationship: relationshipTo(tenant.accountId),
        position: paging.position,
      })
      .from(accounts)
      .where(
        and(
          relatedTo(tenant.accountId, filter.relationship),
          tenant.rights || looksInside ? isOpen : undefined,
          matching(filter),
          paging.after,
        ),
      )
      .orderBy(paging.order)
      .limit(paging.atMost);
    return paging.answer(rows, present);
  },
});

type AccountRow = { account: typeof accounts.$inferSelect; open: boolean; relationship: ListedAccount["relationship"] };

const present = ({ account, open, relationship }: AccountRow) => ({
  id: account.id,
  name: account.name,
  relationship,
  open,
  account: open ? presentAccount(account) : null,
});

type Relationship = (typeof relationships)[number];

const related: Record<Relationship, (accountId: string) => SQL> = {
  managed: (id) => sql`select managed_id from account_relations where kind = 'managed' and managing_id = ${id}`,
  managing: (id) => sql`select managing_id from account_relations where kind = 'managed' and managed_id = ${id}`,
  bills_to: (id) => sql`select managing_id from account_relations where kind = 'bills_to' and managed_id = ${id}`,
};

/** Driven by the relations, of which there are few beside accounts. */
function relatedTo(accountId: string, relationship: Relationship | undefined): SQL {
  if (relationship) return sql`${accounts.id} in (${related[relationship](accountId)})`;
  const all = [sql`select ${accountId}::text`, related.managed(accountId), related.managing(accountId)];
  return sql`${accounts.id} in (${sql.join(all, sql` union all `)})`;
}

const relationshipTo = (accountId: string) => sql<ListedAccount["relationship"]>`case
  when ${accounts.id} = ${accountId} then 'own'
  when ${accounts.id} in (${related.managed(accountId)}) then 'managed'
  when ${accounts.id} in (${related.managing(accountId)}) then 'managing' else 'bills_to' end`;

type Filter = { search?: string; name?: string; active?: boolean; mfaRequired?: boolean; locations?: string };

function matching({ search, name, active, mfaRequired, locations }: Filter) {
  const part = containing(search ?? "");
  const wanted = locations?.split(",").map((word) => word.trim());
  return and(
    search ? or(ilike(accounts.name, part), eq(accounts.id, search)) : undefined,
    name === undefined ? undefined : eq(accounts.name, name),
    active === undefined ? undefined : eq(accounts.active, active),
    mfaRequired === undefined ? undefined : eq(accounts.mfaRequired, mfaRequired),
    wanted ? sql`${accounts.locations} && ${sql.param(wanted)}::text[]` : undefined,
  );
}
