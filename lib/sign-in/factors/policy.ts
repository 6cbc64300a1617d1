import { and, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { authenticators, passkeys, recoveryCodes } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { countingFactors } from "#lib/access/principal/signs-in-here.ts";
import type { Actor } from "#lib/core/actor.ts";
import { conflict, Refusal } from "#lib/core/errors.ts";

/** Refuses what is only for who signs in here. */
export function requireLocalSignIn({ factors }: Pick<Actor, "factors">): void {
  if (countingFactors(factors).length) return;
  throw conflict(
    "You sign in elsewhere, not with a password of this portal: passwords and second factors are kept there.",
  );
}

/**
 * Locks a person before what is theirs: in the order in which signing in does, or the two would wait for each other.
 */
export const lockOwnRow = (tx: Db, userId: string) =>
  tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");

/**
 * Does the account of this person require a second factor? Their row is locked: two removals go one after the other.
 */
async function isDemanded(tx: Db, userId: string): Promise<boolean> {
  const [person] = await tx
    .select({ demanded: accounts.mfaRequired })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, userId))
    .for("no key update", { of: users });
  return person?.demanded ?? true;
}

/**
 * After a factor was removed: refuses when it was the last one and the account requires one; when it was the last one
 * elsewhere, the recovery codes go with it, for there is nothing left to recover.
 */
export async function assertFactorRemains(tx: Db, userId: string): Promise<void> {
  const demanded = await isDemanded(tx, userId);
  if (await hasFactor(tx, userId)) return;
  if (demanded) throw new Refusal("second_factor_demanded");
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
}

async function hasFactor(tx: Db, userId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ some: boolean }>(sql`
    select exists (select from ${authenticators} where user_id = ${userId} and confirmed_at is not null)
      or exists (select from ${passkeys} where user_id = ${userId}) as some`);
  return rows[0]?.some ?? false;
}

/** Removes every second factor of a person but this authenticator. */
export async function removeOthers(tx: Db, userId: string, id: string): Promise<void> {
  const others = and(
    eq(authenticators.userId, userId),
    ne(authenticators.id, id),
    isNotNull(authenticators.confirmedAt),
  );
  await tx.delete(authenticators).where(others);
  await tx.delete(passkeys).where(eq(passkeys.userId, userId));
}

/** Removes every second factor of a person, recovery codes too. Answers how many factors there were. */
export async function removeEveryFactor(tx: Db, userId: string): Promise<number> {
  const apps = await tx
    .delete(authenticators)
    .where(eq(authenticators.userId, userId))
    .returning({ confirmedAt: authenticators.confirmedAt });
  const keys = await tx.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id });
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  return keys.length + apps.filter(({ confirmedAt }) => confirmedAt).length;
}
