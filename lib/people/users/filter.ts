import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { groupMembers, groupRoles, userRoles } from "#db/schema/access.ts";
import { authenticators, passkeys } from "#db/schema/factors.ts";
import { directory } from "#db/schema/users.ts";
import { line, uuid } from "#lib/core/fields.ts";
import { instantInput } from "#lib/core/instants.ts";
import { literally } from "#lib/core/like.ts";
import { type UserStatus, userStatuses } from "./wire.ts";

/** By what the list of people is narrowed; the export takes the same. */
export const userFilter = {
  search: line(100).optional().meta({
    description: "Part of the name, username or e-mail address; one or two letters are looked for where words begin",
  }),
  status: z.enum(userStatuses).optional().meta({ description: "Only people who stand so" }),
  roleId: uuid().optional().meta({ description: "Only who holds this role, directly or through a group" }),
  groupId: uuid().optional().meta({ description: "Only members of this group" }),
  mfa: z.enum(["on", "off"]).optional().meta({ description: "Only people with, or without, a second factor" }),
  lastSignIn: z.enum(["never"]).optional().meta({ description: "Only who never signed in" }),
  signedInSince: instantInput.optional().meta({ description: "Only who signed in at this instant or later" }),
  signedInBefore: instantInput
    .optional()
    .meta({ description: "Only who signed in, for the last time before this instant" }),
};

export type UserFilter = z.output<z.ZodObject<typeof userFilter>>;

/** A lock holds at this moment. */
export const isLockedColumn = sql`coalesce(${directory.lockedUntil} > now(), false)`;
/** Somebody who was asked in and has not come yet. */
export const isInvitedColumn = sql`(not ${directory.hasPassword} and ${directory.invitedAt} is not null and ${directory.lastSignInAt} is null)`;

/**
 * There is an authenticator or a passkey. The view's own column says the same; in a condition Postgres would gather
 * everybody's factors for it first.
 */
export const hasFactorColumn = sql`coalesce(
  (select true from ${authenticators} f where f.user_id = ${directory.id} and f.confirmed_at is not null limit 1),
  (select true from ${passkeys} f where f.user_id = ${directory.id} limit 1), false)`;

const given = sql.placeholder;

const byStatus: Record<UserStatus, SQL> = {
  inactive: sql`not ${directory.active}`,
  locked: sql`${directory.active} and ${directory.lockedUntil} > now()`,
  notifications_only: sql`${directory.active} and ${directory.notificationsOnly} and not ${isLockedColumn}`,
  invited: sql`${directory.active} and not ${directory.notificationsOnly} and ${isInvitedColumn} and not ${isLockedColumn}`,
  active: sql`${directory.active} and not ${directory.notificationsOnly} and not ${isInvitedColumn} and not ${isLockedColumn}`,
};

const never = sql`${directory.signedInKey} = '-infinity'`;

/** What narrows the list down to whom the filter means; {@link matchesSearch} has its search. */
export async function conditions(tx: Db, filter: UserFilter): Promise<SQL[]> {
  const { status, roleId, groupId, mfa, lastSignIn, signedInSince, signedInBefore } = filter;
  const all = [
    status && sql`(${byStatus[status]})`,
    roleId ? await candidates(tx, holders(roleId), holds(roleId)) : undefined,
    groupId ? await candidates(tx, members(groupId), isMember(groupId)) : undefined,
    mfa === "on" ? await candidates(tx, protectedOnes, hasFactorColumn, 500) : undefined,
    mfa === "off" ? sql`not ${hasFactorColumn}` : undefined,
    lastSignIn && never,
    signedInSince ? sql`${directory.signedInKey} >= ${signedInSince}` : undefined,
    signedInBefore
      ? sql`${directory.signedInKey} > '-infinity' and ${directory.signedInKey} < ${signedInBefore}`
      : undefined,
  ];
  return all.filter((condition) => condition !== undefined);
}

/** How a search is carried out follows from how many letters it has. */
export const lengthOf = (text: string) => {
  const letters = [...text].length;
  return letters < 3 ? "short" : letters < 6 ? "middling" : "long";
};

// Small letters are for Postgres to make: it made those of the words, and other rules than JavaScript's may hold there.
const lowered = (name: string) => sql`lower(${given(name)}::text)`;

/**
 * Who has that in their words; it is in placeholders, for {@link searchParams}. The index by words knows groups of three
 * letters; where words begin, fewer as well. In one `account` six letters or more are looked for by six: a million
 * people share groups of three letters, but few of them six.
 */
export function matchesSearch(text: string, account?: SQLWrapper): SQL {
  const length = lengthOf(text);
  if (length === "short")
    return sql`(${directory.words} like ${lowered("first")} or ${directory.words} like ${lowered("later")})`;
  if (length === "middling" || !account) return sql`${directory.words} like ${lowered("within")}`;
  const grams = sql`grams_of(${directory.accountId}, ${directory.words})`;
  return sql`${grams} @> grams_of(${account}, ${lowered("part")}) and ${containsTerm}`;
}

/** The same without an index, for whom one meets on the way through the list. */
export const containsTerm: SQL = sql`strpos(${directory.words}, ${lowered("part")}) > 0`;

/** What a search looks for, by the names of its placeholders. */
export function searchParams(part = "") {
  const escaped = literally(part);
  return { part, within: `%${escaped}%`, first: `${escaped}%`, later: `% ${escaped}%` };
}

/**
 * People of whom some are named: when they are few, those are looked up; when they are many, each on the way is asked,
 * for the next one is never far.
 */
async function candidates(tx: Db, named: SQL, isNamed: SQL, max = 2000): Promise<SQL> {
  const { rows } = await tx.execute<{ id: string }>(sql`select user_id as id from (${named}) as named limit ${max}`);
  if (rows.length === max) return isNamed;
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

const protectedOnes = sql`
  select ${passkeys.userId} from ${passkeys}
  union all select ${authenticators.userId} from ${authenticators} where ${authenticators.confirmedAt} is not null`;

const members = (groupId: string) =>
  sql`select ${groupMembers.userId} from ${groupMembers} where ${groupMembers.groupId} = ${groupId}`;

const isMember = (groupId: string) => sql`coalesce(
  (select true from ${groupMembers} m where m.user_id = ${directory.id} and m.group_id = ${groupId} limit 1), false)`;
