import { and, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { Refusal } from "./core/errors.ts";
import type { Db } from "./db/index.ts";
import { accounts, groupMembers, groupRoles, passkeys, roles, userRoles, users } from "./db/schema.ts";
import { signsInHere } from "./factors/policy.ts";

/** Everything may be done by whom a role allows this and none denies anything. */
const everything = "*:*:*:*";

const ofAccount = (accountId: string) => or(isNull(roles.accountId), eq(roles.accountId, accountId));

/** People who hold a role of this kind, by themselves or through a group: driven by the roles, of which there are few. */
const holders = (accountId: string, kind: SQL) => sql`
  select ${userRoles.userId} from ${userRoles} join ${roles} on ${roles.id} = ${userRoles.roleId}
    where ${userRoles.accountId} = ${accountId} and ${ofAccount(accountId)} and ${kind}
  union
  select ${groupMembers.userId} from ${groupMembers}
    join ${groupRoles} on ${groupRoles.groupId} = ${groupMembers.groupId} join ${roles} on ${roles.id} = ${groupRoles.roleId}
    where ${groupRoles.accountId} = ${accountId} and ${ofAccount(accountId)} and ${kind}`;

const allowsEverything = sql`${roles.permissions} ->> ${everything} = 'allowed'`;
const deniesSomething = sql`${roles.permissions}::text like '%"denied"%'`;

const administer = (accountId: string) => sql`${users.id} in (
  (${holders(accountId, allowsEverything)}) except (${holders(accountId, deniesSomething)}))`;

const hasPasskey = sql`${signsInHere} and exists (select from ${passkeys} where ${passkeys.userId} = ${users.id})`;

/** With a password of their own or a passkey: what nobody has to replace in time. */
const provesForGood = sql`((${users.passwordHash} is not null and not ${users.passwordOnce}) or (${hasPasskey}))`;

/** With a one-time password besides, as long as it is good. */
const provesNow = sql`(${provesForGood} or (${users.passwordHash} is not null
  and ${users.passwordOnce} and coalesce(${users.passwordOnceUntil} > now(), true)))`;

/** Who is about to be deleted does not count: their account would be without an administrator soon. */
const maySignIn = and(
  eq(users.active, true),
  eq(users.notificationsOnly, false),
  sql`coalesce(${users.lockedUntil} <= now(), true)`,
  sql`${users.deletionDueAt} is null`,
);

/**
 * Does something that may take the last administrator from an account who can sign in (I-30), and refuses it if it did:
 * whichever way it went, a grant, a group, a role's words, a lock. Holds the account, so that of two who go at once one
 * stays: call this before anything of a person is locked.
 */
export async function keepAdministrator<T>(tx: Db, accountId: string, change: () => Promise<T>): Promise<T> {
  await holdAccount(tx, accountId);
  const before = await hold(tx, accountId);
  const result = await change();
  if (before && (await hold(tx, accountId)) < before) throw new Refusal("last_administrator");
  return result;
}

/**
 * How well the account is kept: 2 when an administrator can sign in for good, 1 when one can with a one-time password,
 * which ends by itself, 0 when none can.
 */
async function hold(tx: Db, accountId: string): Promise<0 | 1 | 2> {
  if (await isThere(tx, and(ableToAdminister(accountId), provesForGood))) return 2;
  return (await isThere(tx, and(ableToAdminister(accountId), provesNow))) ? 1 : 0;
}

/** Refuses to let somebody go for good who is the last administrator; as {@link keepAdministrator}, before it happens. */
export async function demandOtherAdministrator(tx: Db, person: { id: string; accountId: string }): Promise<void> {
  await holdAccount(tx, person.accountId);
  if (!(await isThere(tx, and(eq(users.id, person.id), administer(person.accountId))))) return;
  const others = and(ne(users.id, person.id), ableToAdminister(person.accountId), provesForGood);
  if (!(await isThere(tx, others))) throw new Refusal("last_administrator");
}

/** Is this the only administrator of their account, be the others invited, locked or inactive? */
export async function isOnlyAdministrator(tx: Db, person: { id: string; accountId: string }): Promise<boolean> {
  const ofAccount = and(eq(users.accountId, person.accountId), administer(person.accountId));
  if (!(await isThere(tx, and(eq(users.id, person.id), ofAccount)))) return false;
  return !(await isThere(tx, and(ne(users.id, person.id), ofAccount)));
}

const holdAccount = (tx: Db, accountId: string) =>
  tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("no key update");

const ableToAdminister = (accountId: string) => and(eq(users.accountId, accountId), administer(accountId), maySignIn);

async function isThere(tx: Db, who: SQL | undefined): Promise<boolean> {
  const [found] = await tx.select({ id: users.id }).from(users).where(who).limit(1);
  return found !== undefined;
}
