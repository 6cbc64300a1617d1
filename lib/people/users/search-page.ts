import { and, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { executePrepared } from "#db/prepared.ts";
import { directory } from "#db/schema/users.ts";
import {
  conditions,
  containsTerm,
  hasFactorColumn,
  isInvitedColumn,
  isLockedColumn,
  lengthOf,
  matchesSearch,
  searchParams,
  type UserFilter,
} from "./filter.ts";
import type { ListedUser } from "./list.ts";
import { heldRolesColumn, type RoleGrant, toHeldRoles } from "./roles.ts";

/** What the list can be sorted by. */
export const sorts = ["name", "username", "email", "created", "lastSignIn"] as const;

type UserSort = { sort: (typeof sorts)[number]; order: "asc" | "desc" };

/** The keys a list can be sorted by; each has an index, with the account before it and the id behind it. */
const keys: Record<UserSort["sort"], SQL> = {
  name: sql`${directory.nameKey}`,
  username: sql`${directory.usernameKey}`,
  email: sql`${directory.emailKey}`,
  created: sql`${directory.createdAt}`,
  lastSignIn: sql`${directory.signedInKey}`,
};

type UserListQuery = UserSort & { filter: UserFilter; after?: (string | null)[]; atMost: number };

type UserRow = ListedUser & { place: string };

type UnresolvedRow = Omit<UserRow, "roles"> & { roles: RoleGrant[] | null };

type SortKey = { id: string; accountId: string; place: string };

/**
 * A stretch of the list, with everybody's roles. Each account's stretch comes from its own index, and they are merged:
 * nothing else is sorted, but for the few whom a search finds. What is shown is read for the rows of the stretch alone.
 */
export async function rowsOf(tx: Db, accountIds: string[], asked: UserListQuery): Promise<UserRow[]> {
  const { filter, after } = asked;
  const narrowed = await conditions(tx, filter);
  const [place, id] = after ?? [];
  const [accountId, ...others] = accountIds;
  const values = { accountIds, accountId, place, id, ...searchParams(filter.search) };
  const isOne = others.length === 0;
  if (narrowed.length || filter.search) return hydrate(tx, await searchPage(tx, isOne, asked, narrowed, values));
  const everybody = () => (isOne ? pageOfEverybody(asked) : rowsOfPlaces(mergeAccounts(asked, [])));
  return withRoles(await executePrepared<UnresolvedRow>(tx, statementKey(asked, isOne), everybody, values));
}

/** So many are sorted at once. Of more, the next ones are never far on the way through the list. */
const SORT_LIMIT = 2000;

/**
 * Who is meant, in order. What is asked with six letters or more finds few people, mostly: they are looked up and
 * sorted. How many there are is not left to Postgres to guess, which takes letters in a row for as rare as all of them
 * by themselves.
 */
async function searchPage(
  tx: Db,
  isOne: boolean,
  asked: UserListQuery,
  narrowed: SQL[],
  values: object,
): Promise<SortKey[]> {
  const { search = "" } = asked.filter;
  const find = <P extends SortKey>(how: string, build: () => SQL) =>
    executePrepared<P>(tx, statementKey(asked, isOne, how), build, { ...values }, true);
  const length = lengthOf(search);
  if (!isOne || length !== "long") {
    const said = search ? [matchesSearch(search), ...narrowed] : narrowed;
    return find(length, () => (isOne ? pageOfAccount(asked, given("accountId"), said) : mergeAccounts(asked, said)));
  }
  const found = await find<SortKey & { met: number }>("few", () =>
    sortedPageOfAccount(asked, [matchesSearch(search, given("accountId")), ...narrowed]),
  );
  if ((found[0]?.met ?? 0) <= SORT_LIMIT) return found;
  return find("many", () => pageOfAccount(asked, given("accountId"), [containsTerm, ...narrowed]));
}

/** By what name a statement is kept; null for what is rarely asked. */
function statementKey(asked: UserListQuery, isOne: boolean, how = ""): string | null {
  const { sort, order, atMost, after } = asked;
  return isUsual(asked) ? `users ${sort} ${order} ${atMost} ${after !== undefined} ${isOne} ${how}` : null;
}

/** What is asked for most: whole pages, of everybody or of whom a search finds. */
const isUsual = ({ atMost, filter: { search: _, ...filter } }: UserListQuery) =>
  usual.has(atMost) && Object.values(filter).every((wanted) => wanted === undefined);

const usual = new Set([26, 51, 101, 500]);

/**
 * What is shown of people that were found. Who narrows the list is better served by a plan for just that, which is made
 * anew each time: so it is only about who they are, and all the rest has a plan that is kept.
 */
async function hydrate(tx: Db, found: SortKey[]): Promise<UserRow[]> {
  const ids = found.map(({ id }) => id);
  const from = sql`unnest((select ${given("ids")}::uuid[]), (select ${given("accounts")}::text[]), (select ${given("places")}::text[]))
    with ordinality as found(id, "accountId", place, seat)`;
  const build = () => rowsOfPlaces(sql`select id, "accountId", place from ${from} order by found.seat`);
  const values = { ids, accounts: found.map(({ accountId }) => accountId), places: found.map(({ place }) => place) };
  return withRoles(ids.length ? await executePrepared<UnresolvedRow>(tx, "users shown", build, values) : []);
}

// In place: a copy of each row is work for nothing.
const withRoles = (rows: UnresolvedRow[]): UserRow[] =>
  rows.map((row) => Object.assign(row, { roles: toHeldRoles(row.roles ?? []) }));

const given = sql.placeholder;

/**
 * A stretch of one account's people, in order. The number of rows stands in it: else Postgres would plan for any
 * number.
 */
function pageOfAccount(asked: UserListQuery, accountId: SQLWrapper, narrowed: SQL[]): SQL {
  const [key, direction] = [keys[asked.sort], sql.raw(asked.order)];
  return sql`${placesOf(asked, accountId, narrowed)}
    order by ${key} ${direction}, ${directory.id} ${direction} limit ${sql.raw(String(asked.atMost))}`;
}

/** The same of one account's people who are few: all of them are found, and then sorted; `met` is how many they are. */
function sortedPageOfAccount(asked: UserListQuery, narrowed: SQL[]): SQL {
  const direction = sql.raw(asked.order);
  return sql`select found.*, (count(*) over ())::int as met
    from (${placesOf(asked, given("accountId"), narrowed)} limit ${sql.raw(String(SORT_LIMIT + 1))}) as found
    order by found.key ${direction}, found.id ${direction} limit ${sql.raw(String(asked.atMost))}`;
}

function placesOf({ sort, order, after }: UserListQuery, accountId: SQLWrapper, narrowed: SQL[]): SQL {
  const key = keys[sort];
  return sql`select ${directory.id}, ${directory.accountId} as "accountId", ${key}::text as place, ${key} as key from ${directory}
    where ${and(sql`${directory.accountId} = ${accountId}`, ...narrowed, after ? afterCursor(key, order) : undefined)}`;
}

// The inner select hides how many accounts there are: else Postgres plans anew at each use, which costs more than the
// reading.
function mergeAccounts(asked: UserListQuery, narrowed: SQL[]): SQL {
  const direction = sql.raw(asked.order);
  return sql`select each.* from unnest((select ${given("accountIds")}::text[])) as account(id),
    lateral (${pageOfAccount(asked, sql`account.id`, narrowed)}) as each
    order by each.key ${direction}, each.id ${direction} limit ${sql.raw(String(asked.atMost))}`;
}

/** A page of everybody in one account: what is shown lies where the order is read. */
function pageOfEverybody({ sort, order, after, atMost }: UserListQuery): SQL {
  const [key, direction] = [keys[sort], sql.raw(order)];
  return sql`select ${columns}, ${key}::text as place, ${heldRolesColumn(directory.id)} as roles from ${directory}
    where ${and(sql`${directory.accountId} = ${given("accountId")}`, after ? afterCursor(key, order) : undefined)}
    order by ${key} ${direction}, ${directory.id} ${direction} limit ${sql.raw(String(atMost))}`;
}

const rowsOfPlaces = (places: SQL): SQL => sql`
  select ${columns}, at.place, ${heldRolesColumn(directory.id)} as roles
  from (select places.*, row_number() over () as seat from (${places}) as places) as at
  join ${directory} on ${directory.id} = at.id and ${directory.accountId} = at."accountId" order by at.seat`;

const status = sql`case
  when not ${directory.active} then 'inactive' when ${isLockedColumn} then 'locked'
  when ${directory.notificationsOnly} then 'notifications_only' when ${isInvitedColumn} then 'invited' else 'active' end`;

/** Instants as they stand on the wire. */
const iso = (instant: typeof directory.createdAt | typeof directory.invitedAt) =>
  sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const columns = sql`${directory.id}, ${directory.accountId} as "accountId", ${directory.username},
  ${directory.fullName} as "fullName", ${directory.email}, ${status} as status,
  case when ${isLockedColumn} then ${directory.lockedReason} end as "lockedReason", ${hasFactorColumn} as mfa,
  ${iso(directory.invitedAt)} as "invitedAt", ${iso(directory.lastSignInAt)} as "lastSignInAt",
  ${iso(directory.createdAt)} as "createdAt", ${directory.version}`;

const afterCursor = (key: SQL, order: UserSort["order"]): SQL =>
  sql`(${key}, ${directory.id}) ${sql.raw(order === "asc" ? ">" : "<")} (${given("place")}, ${given("id")}::uuid)`;
