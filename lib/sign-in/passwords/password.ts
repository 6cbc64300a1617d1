import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { formerPasswords } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { hashPassword, isPassword } from "#lib/core/crypto/hashing.ts";
import { badField, conflict, type Refusal } from "#lib/core/errors.ts";
import { dropLinks } from "#lib/core/links.ts";
import type { Notice } from "#lib/core/notice.ts";
import { attemptSucceeded, guess, passwordGuard } from "../budgets.ts";
import { sourceOf } from "../devices.ts";
import { forgetOldest, rejectIfReused, type Used, usedBy } from "./reuse.ts";
import { assertStrongPassword } from "./weaknesses.ts";

/** Checks the own password, paying for the guess first; the passwords that a new one must not be. */
export async function provePassword(actor: Actor, caller: Caller, currentPassword: string): Promise<Used> {
  const source = await sourceOf(caller, actor.id);
  await guess(passwordGuard, actor.id, source);
  const used = await usedBy(actor.id);
  if (!(await isPassword(used.current, currentPassword))) throw wrongPassword(actor);
  await attemptSucceeded(passwordGuard, actor.id, source);
  return used;
}

function wrongPassword({ id, accountId }: Actor): Refusal {
  const refusal = badField("currentPassword", "wrong_password", "This is not your current password.");
  refusal.about = { id, accountId };
  return refusal;
}

/** What a person is told whose password was changed. */
export const passwordChangedNotice = (
  { id, fullName }: { id: string; fullName: string },
  endedSessions: number,
): Notice => ({
  userId: id,
  event: "password_changed",
  subject: "Your password was changed",
  paragraphs: [
    `Hello ${fullName},`,
    "your password was just changed.",
    endedSessions ? `Other sessions that were ended: ${endedSessions}.` : "Your other sessions, if any, go on.",
    "If this was not you, tell an administrator of your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});

type Whose = { id: string; username: string; fullName: string; email: string; accountName: string };

/** A password that may be set, and the one it is to replace. Hashed before the transaction, which it would hold up. */
export type Ready = { current: string | null; passwordHash: string };

/** Refuses a new password that the rules or the person's own past forbid, by `newPassword`. */
export async function readyPassword(
  { id, username, fullName, email, accountName }: Whose,
  candidate: string,
  used?: Used,
): Promise<Ready> {
  const before = used ?? (await usedBy(id));
  assertStrongPassword(candidate, [username, fullName, email, accountName], "newPassword", before.asked);
  await rejectIfReused(before, candidate);
  return { current: before.current, passwordHash: await hashPassword(candidate) };
}

/**
 * Replaces the very password that was checked: of two changes at once, one wins. Links to a new one are worth nothing
 * then.
 */
export async function replacePassword(tx: Db, userId: string, { current, passwordHash }: Ready): Promise<void> {
  const unchanged = and(eq(users.id, userId), sql`${users.passwordHash} is not distinct from ${current}`);
  const [person] = await tx
    .update(users)
    .set({
      passwordHash,
      passwordChangedAt: sql`now()`,
      passwordOnce: false,
      passwordOnceUntil: null,
      modifiedAt: sql`now()`,
      version: sql`${users.version} + 1`,
    })
    .where(unchanged)
    .returning({ id: users.id });
  if (!person) throw conflict("Your password was changed in the meantime.");
  if (current) await tx.insert(formerPasswords).values({ userId, hash: current });
  for (const purpose of ["reset", "invitation"] as const) await dropLinks(tx, userId, purpose);
  await forgetOldest(tx, userId);
}
