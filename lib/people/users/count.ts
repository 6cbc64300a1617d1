import { and, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { executePrepared } from "#db/prepared.ts";
import { directory } from "#db/schema/users.ts";
import { anyAccountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { conditions, matchesSearch, searchParams, type UserFilter, userFilter } from "./filter.ts";

/** How far people are counted: a million would take time, and nobody needs to know how many they are to the last. */
const maxCounted = 1000;

/**
 * Counts the people of a list, beside its pages, which count nothing: as far as 1,000, beyond which there are `more`.
 */
export const countUsers = defineOperation({
  name: "users.count",
  summary: `Count the users of an account, up to ${maxCounted.toLocaleString("en")}`,
  route: "GET /users/count",
  allow: "list:user",
  input: z.strictObject({ accountId: anyAccountId, ...userFilter }),
  output: z.object({
    count: z.int().meta({ description: `How many there are; ${maxCounted} where there are more` }),
    more: z.boolean().meta({ description: "There are more than were counted" }),
  }),

  async run({ tx, tenant }, { accountId: _, ...filter }) {
    const met = await countTo(tx, tenant.visibleAccountIds, filter, maxCounted + 1);
    return { count: Math.min(met, maxCounted), more: met > maxCounted };
  },
});

const given = sql.placeholder;

/** How many people of these accounts the filter means, as far as `atMost`: nobody beyond that is looked at. */
async function countTo(tx: Db, accountIds: string[], filter: UserFilter, atMost: number): Promise<number> {
  const narrowed = await conditions(tx, filter);
  const [accountId, ...others] = accountIds;
  const { search } = filter;
  const one = given("accountId");
  const who = (account?: SQLWrapper) => (search ? [matchesSearch(search, account), ...narrowed] : narrowed);
  const met = others.length
    ? inEach((account) => peopleOf(account, who(), atMost), atMost)
    : peopleOf(one, who(one), atMost);
  const build = () => sql`select count(*)::int as count from (${met}) as met`;
  const [row] = await executePrepared<{ count: number }>(tx, null, build, {
    accountId,
    accountIds,
    ...searchParams(filter.search),
  });
  return row?.count ?? 0;
}

const peopleOf = (account: SQLWrapper, narrowed: SQL[], atMost: number): SQL =>
  sql`select from ${directory} where ${and(sql`${directory.accountId} = ${account}`, ...narrowed)}
    limit ${sql.raw(String(atMost))}`;

// Account by account, as the list reads them.
const inEach = (people: (account: SQL) => SQL, atMost: number): SQL => sql`
  select from unnest((select ${given("accountIds")}::text[])) as account(id), lateral (${people(sql`account.id`)}) as each
  limit ${sql.raw(String(atMost))}`;
