import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { signsInHere } from "#lib/access/principal/signs-in-here.ts";
import { Refusal } from "#lib/core/errors.ts";
import { passwordIsOld, rulesColumns } from "./passwords/policy.ts";

const has = (table: string, condition = sql`true`) =>
  sql<boolean>`exists (select from ${sql.identifier(table)} f where f.user_id = ${users.id} and ${condition})`;

/** What signing in wants to know of a person. */
const columns = {
  id: users.id,
  accountId: users.accountId,
  username: users.username,
  fullName: users.fullName,
  accountName: accounts.name,
  email: users.email,
  active: sql<boolean>`${users.active} and ${accounts.active}`,
  accountActive: accounts.active,
  notificationsOnly: users.notificationsOnly,
  lockedUntil: sql<string | null>`case when ${users.lockedUntil} > now() then ${users.lockedUntil} end::text`,
  lockedReason: users.lockedReason,
  passwordOnce: users.passwordOnce,
  passwordOnceOver: sql<boolean>`${users.passwordOnce} and coalesce(${users.passwordOnceUntil} <= now(), false)`,
  signsInHere,
  passwordOld: passwordIsOld,
  rules: rulesColumns,
  hasSignedIn: sql<boolean>`${users.lastSignInAt} is not null`,
  totp: has("authenticators", sql`f.confirmed_at is not null`),
  passkey: has("passkeys"),
  recovery: has("recovery_codes", sql`f.used_at is null`),
  mfaRequired: accounts.mfaRequired,
  graceGranted: sql<boolean>`${users.mfaGraceUntil} is not null`,
  inGrace: sql<boolean>`coalesce(${users.mfaGraceUntil} > now(), false)`,
  account: {
    sessionIdleMinutes: accounts.sessionIdleMinutes,
    sessionMaxHours: accounts.sessionMaxHours,
    mfaGraceDays: accounts.mfaGraceDays,
  },
};

/** Finds and locks a person who is about to sign in, whatever their state. */
export const lockPerson = (db: Db, who: SQL) =>
  db
    .select(columns)
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(who)
    .for("update", { of: users });

export type Person = Awaited<ReturnType<typeof lockPerson>>[number];

/**
 * Refuses somebody who has proven these factors and may not sign in all the same; to others this is never said (I-10).
 */
export function requireMaySignIn(person: Person, factors: string[]): void {
  const refusal = whyNotSignIn(person, factors);
  if (refusal) throw refusal;
}

/** Why somebody who has proven these factors may not sign in; null when they may. */
export function whyNotSignIn(person: Person, factors: string[]): Refusal | null {
  const refusal = whyNot(person, factors);
  if (refusal) refusal.about = { id: person.id, accountId: person.accountId };
  return refusal;
}

function whyNot(person: Person, factors: string[]): Refusal | null {
  const { active, accountActive, notificationsOnly, lockedUntil, lockedReason, passwordOnceOver } = person;
  if (!active) return new Refusal("user_inactive", undefined, accountActive ? {} : { what: "account" });
  if (lockedUntil) return locked(lockedUntil, lockedReason);
  if (notificationsOnly) return new Refusal("notifications_only");
  if (passwordOnceOver && factors.includes("password")) return new Refusal("password_once_over");
  return null;
}

function locked(until: string, reason: string | null): Refusal {
  const end = until === "infinity" ? "until an administrator unlocks you" : `until ${new Date(until).toISOString()}`;
  return new Refusal("user_locked", `You are locked ${end}${reason ? `: ${reason}` : ""}.`);
}
