import { asc, type Column, eq, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import type { keyFacts, ownerFacts, personFacts } from "./facts.ts";

/** What is asked for of people besides what is always told. */
export type Besides = { roleIds?: boolean; login?: boolean; accessKeys?: boolean };

// A cast alone would round, and be a second ahead of what the rest of the API says half of the time.
const epoch = (instant: SQL | Column) => sql<number>`floor(extract(epoch from ${instant}))::float`;
const keyEpoch = (column: string) => epoch(sql.raw(`k.${column}`));

/** When and by whom a row was made and last changed. */
const stampsOf = (table: typeof users | typeof accounts | typeof roles) => ({
  created: { at: epoch(table.createdAt), by: table.createdBy },
  modified: { at: epoch(table.modifiedAt), by: table.modifiedBy },
});

const personColumns = {
  id: users.id,
  accountId: users.accountId,
  fullName: users.fullName,
  username: users.username,
  email: users.email,
  active: users.active,
  locked: sql<boolean>`coalesce(${users.lockedUntil} > now(), false)`,
  version: users.version,
  mfaEnabled: sql<boolean>`exists (select from authenticators f where f.user_id = users.id and f.confirmed_at is not null)
    or exists (select from passkeys f where f.user_id = users.id)`,
  phone: users.phone,
  mobilePhone: users.mobilePhone,
  webhookUrl: users.webhookUrl,
  notificationsOnly: users.notificationsOnly,
  ...stampsOf(users),
};

const roleIds = sql<
  string[]
>`array(select role_id::text from user_roles g where g.user_id = users.id order by g.granted_at, g.role_id)`;

const login = sql<z.output<typeof personFacts>["login"]>`json_build_object('isOnce', ${users.passwordOnce},
  'version', 1 + (select count(*) from former_passwords p where p.user_id = users.id),
  'lastLogin', coalesce(${epoch(users.lastSignInAt)}, 0),
  'modifiedAt', ${epoch(sql`coalesce(${users.passwordChangedAt}, ${users.createdAt})`)})`;

const accessKeys = sql<z.output<typeof keyFacts>[]>`(select coalesce(json_agg(json_build_object('id', k.id,
    'userId', k.user_id, 'accountId', k.account_id, 'label', k.label,
    'lastLogin', coalesce(${keyEpoch("last_sign_in_at")}, 0),
    'created', json_build_object('at', ${keyEpoch("created_at")}, 'by', k.created_by),
    'modified', json_build_object('at', ${keyEpoch("modified_at")}, 'by', k.modified_by))
    order by k.created_at, k.id), '[]') from access_keys k where k.user_id = users.id)`;

const nothing = sql<null>`null`;

/** Reads people, by id; at most `limit` when it is given. */
export function readPeople(db: Db, who: SQL | undefined, besides: Besides = {}, limit?: number) {
  const asked = {
    roleIds: besides.roleIds ? roleIds : nothing,
    login: besides.login ? login : nothing,
    accessKeys: besides.accessKeys ? accessKeys : nothing,
  };
  const found = db
    .select({ ...personColumns, ...asked })
    .from(users)
    .where(who)
    .orderBy(asc(users.id));
  return limit === undefined ? found : found.limit(limit);
}

/** Reads what {@link ownerFacts} says of a person. */
export async function readOwner(db: Db, userId: string): Promise<z.input<typeof ownerFacts>> {
  const [user] = await readPeople(db, eq(users.id, userId));
  if (!user) throw new Error("whose session it is was not found");
  const [account] = await db.select(accountColumns).from(accounts).where(eq(accounts.id, user.accountId));
  if (!account) throw new Error("an account was not found");
  return { user, account, roles: await readRoles(db, userId, "through groups too") };
}

/** An account as {@link accountFacts} has it. */
const accountColumns = {
  id: accounts.id,
  name: accounts.name,
  active: accounts.active,
  version: accounts.version,
  locations: accounts.locations,
  defaultLocation: accounts.defaultLocation,
  mfaRequired: accounts.mfaRequired,
  ...stampsOf(accounts),
};

/** A role as {@link roleFacts} has it. */
export const roleColumns = {
  id: roles.id,
  accountId: roles.accountId,
  name: roles.name,
  permissions: roles.permissions,
  version: roles.version,
  ...stampsOf(roles),
};

/** The roles of a person: those granted to themselves, or those of their groups as well. */
export function readRoles(db: Db, userId: string, through?: "through groups too") {
  const own = sql`select role_id from user_roles where user_id = ${userId}`;
  const groups = sql`select g.role_id from group_members m join group_roles g on g.group_id = m.group_id
    where m.user_id = ${userId}`;
  const held = through ? sql`${own} union ${groups}` : own;
  return db
    .select(roleColumns)
    .from(roles)
    .where(sql`${roles.id} in (${held})`)
    .orderBy(asc(roles.name), asc(roles.id));
}
