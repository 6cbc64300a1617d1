import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { prepared } from "#db/prepared.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { Refusal } from "#lib/core/errors.ts";
import { account, administers, maySignIn, personId, provesForGood, provesNow } from "./administers.ts";

/**
 * Does something that may take the last administrator from an account who can sign in (I-30), and refuses it if it did:
 * whichever way it went, a grant, a group, a role's words, a lock. Holds the account, so that of two who go at once one
 * stays: call this before anything of a person is locked.
 */
export async function keepAdministrator<T>(tx: Db, accountId: string, change: () => Promise<T>): Promise<T> {
  await lockAccountRow(tx, accountId);
  const before = await hold(tx, accountId);
  const result = await change();
  if (before && (await hold(tx, accountId)) < before) throw new Refusal("last_administrator");
  return result;
}

const ableToAdminister = and(eq(users.accountId, account), administers, maySignIn);

/**
 * How well the account is kept: 2 when an administrator can sign in for good, 1 when one can with a one-time password,
 * which ends by itself, 0 when none can.
 */
async function hold(tx: Db, accountId: string): Promise<number> {
  const [kept] = await howKept(tx, { accountId });
  return kept?.well ?? 0;
}

const howKept = prepared("how-kept", (db) => {
  const some = (proves: SQL) => db.select({ one: sql`1` }).from(users).where(and(ableToAdminister, proves));
  const well = sql<number>`case when exists (${some(provesForGood)}) then 2 when exists (${some(provesNow)}) then 1 else 0 end`;
  return db.select({ well }).from(sql`(select) nothing`);
});

/**
 * Refuses to let somebody go for good who is the last administrator; as {@link keepAdministrator}, before it happens.
 */
export async function requireAnotherAdministrator(tx: Db, person: { id: string; accountId: string }): Promise<void> {
  const asked = { personId: person.id, accountId: person.accountId };
  await lockAccountRow(tx, person.accountId);
  if (!(await administrator(tx, asked)).length) return;
  if (!(await otherAble(tx, asked)).length) throw new Refusal("last_administrator");
}

/** Is this the only administrator of their account, be the others invited, locked or inactive? */
export async function isOnlyAdministrator(tx: Db, person: { id: string; accountId: string }): Promise<boolean> {
  const asked = { personId: person.id, accountId: person.accountId };
  return (await administrator(tx, asked)).length > 0 && (await otherAdministrator(tx, asked)).length === 0;
}

/** Those who administer an account and can sign in, the first twenty: to tell them of something. */
export async function administratorsOf(tx: Db, accountId: string): Promise<string[]> {
  const found = await ableOnes(tx, { accountId });
  return found.map(({ id }) => id);
}

/** Everybody who administers an account, locked out or not: to tell them of what each of them has to know. */
export async function everyAdministratorOf(tx: Db, accountId: string): Promise<string[]> {
  const found = await everyOne(tx, { accountId });
  return found.map(({ id }) => id);
}

const everyOne = prepared("every-administrator", (db) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.accountId, account), administers, eq(users.active, true)))
    .orderBy(users.id),
);

const ableOnes = prepared("able-administrators", (db) =>
  db.select({ id: users.id }).from(users).where(ableToAdminister).orderBy(users.id).limit(20),
);

/**
 * Holds an account for whoever changes rights in it. Call this before anything of a person is locked, an address too.
 */
export const lockAccountRow = (tx: Db, accountId: string) =>
  tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("no key update");

/**
 * Shares an account: nobody's rights in it change until the transaction ends, while others may share it too. Not before
 * {@link lockAccountRow} in the same transaction: two who did that would wait for each other.
 */
export const shareAccount = (tx: Db, accountId: string) =>
  tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("share");

/** One of the people of the account for whom this holds. */
const somebody = (name: string, who: SQL | undefined) =>
  prepared(name, (db) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.accountId, account), who))
      .limit(1),
  );

const administrator = somebody("administrator", and(eq(users.id, personId), administers));

const otherAdministrator = somebody("other-administrator", and(ne(users.id, personId), administers));

const otherAble = somebody("other-able", and(ne(users.id, personId), ableToAdminister, provesForGood));
