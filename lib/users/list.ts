import { and, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { readCursor, writeCursor } from "#lib/core/cursor.ts";
import { anyAccountId, cursor, instant, limit, line, page, uuid } from "#lib/core/fields.ts";
import { containing, literally } from "#lib/core/like.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Db } from "#lib/db/index.ts";
import { inShape } from "#lib/db/prepared.ts";
import { authenticators, directory, groupMembers, groupRoles, passkeys, userRoles } from "#lib/db/schema.ts";
import { heldRole, rolesOf } from "./roles.ts";
import { statuses, type UserStatus } from "./wire.ts";

/** What the list can be sorted by. */
export const sorts = ["name", "username", "email", "created", "lastSignIn"] as const;

/** By what the list of people is narrowed; the export takes the same. */
export const userFilter = {
  search: line(100).optional().meta({
    description: "Part of the name, username or e-mail address; one or two letters are looked for where words begin",
  }),
  status: z.enum(statuses).optional().meta({ description: "Only people who stand so" }),
  roleId: uuid().optional().meta({ description: "Only who holds this role, directly or through a group" }),
  groupId: uuid().optional().meta({ description: "Only members of this group" }),
  mfa: z.enum(["on", "off"]).optional().meta({ description: "Only people with, or without, a second factor" }),
  lastSignIn: z.enum(["never"]).optional().meta({ description: "Only who never signed in" }),
  signedInSince: instant.optional().meta({ description: "Only who signed in at this instant or later" }),
  signedInBefore: instant.optional().meta({ description: "Only who signed in, for the last time before this instant" }),
};

export type UserFilter = z.output<z.ZodObject<typeof userFilter>>;
export type UserSort = { sort: (typeof sorts)[number]; order: "asc" | "desc" };

const listed = z.object({
  id: z.uuid(),
  accountId: z.string(),
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  status: z.enum(statuses),
  lockedReason: z.string().nullable(),
  mfa: z.boolean().meta({ description: "There is an authenticator or a passkey" }),
  invitedAt: instant.nullable(),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
  version: z.int(),
  roles: z.array(heldRole),
});

const userPage = page(listed);

/** A row of the list. */
export type ListedUser = z.output<typeof listed>;
export type UserPage = z.output<typeof userPage>;

/** Lists people a page at a time, by keyset: as quick among a million as among a thousand, so it counts nothing. */
export const listUsers = defineOperation({
  name: "users.list",
  summary: "List and search the users of an account",
  route: "GET /users",
  allow: "list:user",
  input: z.strictObject({
    accountId: anyAccountId,
    ...userFilter,
    sort: z.enum(sorts).default("name").meta({ description: "By what they are sorted" }),
    order: z.enum(["asc", "desc"]).default("asc").meta({ description: "Rising or falling" }),
    limit: limit.meta({ description: "How many at a time, 100 at most" }),
    cursor,
  }),
  output: userPage,

  async run({ tx, place }, { accountId: _, limit, cursor, sort, order, ...filter }) {
    const list = JSON.stringify(["users", [...place.reach].sort(), sort, order, Object.entries(filter).sort()]);
    const after = readCursor(list, cursor);
    const rows = await rowsOf(tx, place.reach, { filter, sort, order, after, atMost: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const held = await rolesOf(
      tx,
      shown.map(({ id }) => id),
    );
    const items = shown.map((row) => ({ ...row, roles: held.get(row.id) ?? [] }));
    return { items, nextCursor: last ? writeCursor(list, [last.place, last.id]) : null };
  },
});

/** The keys a list can be sorted by; each has an index, with the account before it and the id behind it. */
const keys: Record<UserSort["sort"], SQL> = {
  name: sql`${directory.nameKey}`,
  username: sql`${directory.usernameKey}`,
  email: sql`${directory.emailKey}`,
  created: sql`${directory.createdAt}`,
  lastSignIn: sql`${directory.signedInKey}`,
};

type Asked = UserSort & { filter: UserFilter; after?: (string | null)[]; atMost: number };
type Row = Omit<ListedUser, "roles"> & { place: string };

/**
 * A stretch of the list. Each account's stretch comes from its own index, and they are merged: nothing else is sorted.
 * What is shown is read for the rows of the stretch alone.
 */
export async function rowsOf(
  tx: Db,
  accountIds: string[],
  { sort, order, after, atMost, filter }: Asked,
): Promise<Row[]> {
  const narrowed = await conditions(tx, filter);
  const build = () => stretch({ sort, order }, narrowed, after !== undefined);
  const [place, id] = after ?? [];
  const values = { accountIds, atMost, place, id };
  // Whoever narrows the list is better served by a plan for just that.
  const shape = narrowed.length ? null : `users ${sort} ${order} ${after !== undefined}`;
  return inShape(tx, shape, build, values);
}

const given = sql.placeholder;

function stretch({ sort, order }: UserSort, narrowed: SQL[], goesOn: boolean): SQL {
  const [key, direction] = [keys[sort], sql.raw(order)];
  return sql`
    select ${columns}, stretch.place from (
      select each.* from unnest(${given("accountIds")}::text[]) as account(id), lateral (
        select ${directory.id}, ${directory.accountId}, ${key} as key, ${key}::text as place from ${directory}
        where ${and(sql`${directory.accountId} = account.id`, ...narrowed, goesOn ? beyond(key, order) : undefined)}
        order by ${key} ${direction}, ${directory.id} ${direction} limit ${given("atMost")}) as each
      order by each.key ${direction}, each.id ${direction} limit ${given("atMost")}) as stretch
    join ${directory} on ${directory.id} = stretch.id and ${directory.accountId} = stretch.account_id
    order by stretch.key ${direction}, stretch.id ${direction}`;
}

const isLocked = sql`coalesce(${directory.lockedUntil} > now(), false)`;
const isInvited = sql`(not ${directory.hasPassword} and ${directory.invitedAt} is not null and ${directory.lastSignInAt} is null)`;

const status = sql`case
  when not ${directory.active} then 'inactive' when ${isLocked} then 'locked'
  when ${directory.notificationsOnly} then 'notifications_only' when ${isInvited} then 'invited' else 'active' end`;

/** Instants as they stand on the wire. */
const iso = (instant: typeof directory.createdAt | typeof directory.invitedAt) =>
  sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

// The view's own column says the same; in a condition Postgres would gather everybody's factors for it first.
const hasSecondFactor = sql`coalesce(
  (select true from ${authenticators} f where f.user_id = ${directory.id} and f.confirmed_at is not null limit 1),
  (select true from ${passkeys} f where f.user_id = ${directory.id} limit 1), false)`;

const columns = sql`${directory.id}, ${directory.accountId} as "accountId", ${directory.username},
  ${directory.fullName} as "fullName", ${directory.email}, ${status} as status,
  case when ${isLocked} then ${directory.lockedReason} end as "lockedReason", ${hasSecondFactor} as mfa,
  ${iso(directory.invitedAt)} as "invitedAt", ${iso(directory.lastSignInAt)} as "lastSignInAt",
  ${iso(directory.createdAt)} as "createdAt", ${directory.version}`;

const beyond = (key: SQL, order: UserSort["order"]): SQL =>
  sql`(${key}, ${directory.id}) ${sql.raw(order === "asc" ? ">" : "<")} (${given("place")}, ${given("id")}::uuid)`;

const standing: Record<UserStatus, SQL> = {
  inactive: sql`not ${directory.active}`,
  locked: sql`${directory.active} and ${directory.lockedUntil} > now()`,
  notifications_only: sql`${directory.active} and ${directory.notificationsOnly} and not ${isLocked}`,
  invited: sql`${directory.active} and not ${directory.notificationsOnly} and ${isInvited} and not ${isLocked}`,
  active: sql`${directory.active} and not ${directory.notificationsOnly} and not ${isInvited} and not ${isLocked}`,
};

const never = sql`${directory.signedInKey} = '-infinity'`;

async function conditions(tx: Db, filter: UserFilter): Promise<SQL[]> {
  const { search, status, roleId, groupId, mfa, lastSignIn, signedInSince, signedInBefore } = filter;
  const all = [
    search ? saying(search.toLowerCase()) : undefined,
    status && sql`(${standing[status]})`,
    roleId ? await among(tx, holders(roleId), holds(roleId)) : undefined,
    groupId ? await among(tx, members(groupId), isMember(groupId)) : undefined,
    mfa && sql`${hasSecondFactor} = ${mfa === "on"}`,
    lastSignIn && never,
    signedInSince ? sql`${directory.signedInKey} >= ${signedInSince}` : undefined,
    signedInBefore
      ? sql`${directory.signedInKey} > '-infinity' and ${directory.signedInKey} < ${signedInBefore}`
      : undefined,
  ];
  return all.filter((condition) => condition !== undefined);
}

/** The index knows groups of three letters; fewer are looked for where a word begins, which it knows as well. */
function saying(text: string): SQL {
  if ([...text].length >= 3) return sql`${directory.words} like ${containing(text)}`;
  const part = literally(text);
  return sql`(${directory.words} like ${`${part}%`} or ${directory.words} like ${`% ${part}%`})`;
}

const few = 2000;

/**
 * People of whom some are named: when they are few, those are looked up; when they are many, each on the way is asked,
 * for the next one is never far.
 */
async function among(tx: Db, named: SQL, isNamed: SQL): Promise<SQL> {
  const { rows } = await tx.execute<{ id: string }>(sql`select user_id as id from (${named}) as named limit ${few}`);
  if (rows.length === few) return isNamed;
  return sql`${directory.id} = any(${sql.param(rows.map(({ id }) => id))}::uuid[])`;
}

const holders = (roleId: string) => sql`
  select ${userRoles.userId} from ${userRoles} where ${userRoles.roleId} = ${roleId}
  union all select ${groupMembers.userId} from ${groupMembers}
    join ${groupRoles} on ${groupRoles.groupId} = ${groupMembers.groupId} where ${groupRoles.roleId} = ${roleId}`;

// Asked for one row each: as an exists, Postgres would rather gather all who hold the role first.
const holds = (roleId: string) => sql`coalesce(
  (select true from ${userRoles} r where r.user_id = ${directory.id} and r.role_id = ${roleId} limit 1),
  (select true from ${groupMembers} m join ${groupRoles} g on g.group_id = m.group_id
    where m.user_id = ${directory.id} and g.role_id = ${roleId} limit 1), false)`;

const members = (groupId: string) =>
  sql`select ${groupMembers.userId} from ${groupMembers} where ${groupMembers.groupId} = ${groupId}`;

const isMember = (groupId: string) => sql`coalesce(
  (select true from ${groupMembers} m where m.user_id = ${directory.id} and m.group_id = ${groupId} limit 1), false)`;
