import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { conflict } from "#lib/core/errors.ts";
import { accountId, secretOnce } from "#lib/core/fields.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isNoAddress, takesLinks } from "#lib/notifications/undelivered/standing.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { replacePassword } from "#lib/sign-in/passwords/operations.ts";
import { nameOf } from "./create.ts";
import { userId } from "./fields.ts";
import { type HeldUser, lockOtherUser, readUser } from "./lock-rows.ts";
import { mintOneTimePassword } from "./one-time.ts";
import { initialHours, invitation, passwordGiven, resetForced } from "./password-notices.ts";
import { wireUser } from "./wire.ts";

const input = z.strictObject({ userId, accountId });

/**
 * Gives a person a one-time password in place of theirs; it is in this answer and nowhere else. Their sessions end.
 * Refuses `own_user`, tokens, whoever may do less than the person, and the last administrator's: it ends by itself.
 */
export const giveOneTimePassword = defineOperation({
  name: "users.give_password",
  summary: `Give a user a one-time password, good for ${initialHours} hours; it is in this answer and nowhere else`,
  route: "POST /users/{userId}/one-time-password",
  allow: "update:user",
  stepUp: "always",
  idempotencyKey: true,
  by: "session",
  input,
  output: z.object({ oneTimePassword: secretOnce(), endedSessions: z.int() }),
  audit: ({ input, output }) => ({ target: input.userId, details: { endedSessions: output.endedSessions } }),

  async run({ actor, tx, tenant }, { userId }) {
    const made = mintOneTimePassword();
    const passwordHash = await hashPassword(made);
    return keepAdministrator(tx, tenant.accountId, async () => {
      const person = await lockOtherUser({ tx, actor, tenant }, userId, "everything");
      requireLocalSignIn(person);
      await replacePassword(tx, userId, { current: person.passwordHash, passwordHash });
      await limitToOnce(tx, userId);
      await queueNotice(tx, passwordGiven(person, true));
      return { oneTimePassword: made, endedSessions: await endEverywhere(tx, userId) };
    });
  },
});

/** Who has been here without a password signs in elsewhere: one of this portal's would be a way past that. */
function requireLocalSignIn({ passwordHash, lastSignInAt }: HeldUser) {
  if (passwordHash === null && lastSignInAt !== null)
    throw conflict("They sign in elsewhere, not with a password of this portal.");
}

/** Makes the present password one that must be replaced at its first use, within the time that initial ones have. */
export async function limitToOnce(tx: Db, id: string): Promise<void> {
  const until = sql`now() + ${initialHours} * interval '1 hour'`;
  await tx.update(users).set({ passwordOnce: true, passwordOnceUntil: until }).where(eq(users.id, id));
}

/** However many force them: each is a mail with a link, which is never folded. */
const forcedResets: Budget = { name: "password_reset_forced", points: 3, seconds: 900 };

/**
 * Ends a person's password and sessions, and mails them a link to a new one, to the address that they proved or an
 * administrator set. Refuses `own_user`, tokens, the last administrator, somebody who has no password or no such
 * address, and more than 3 in 15 minutes of one person.
 */
export const forceReset = defineOperation({
  name: "users.force_password_reset",
  summary: "End a user's password and sessions, and mail them a link to a new password",
  route: "POST /users/{userId}/password-reset",
  allow: "update:user",
  stepUp: "always",
  idempotencyKey: true,
  by: "session",
  input,
  output: z.object({ endedSessions: z.int() }),
  audit: ({ input, output }) => ({ target: input.userId, details: output }),

  run: ({ actor, tx, tenant }, { userId }) =>
    keepAdministrator(tx, tenant.accountId, async () => {
      const person = await lockOtherUser({ tx, actor, tenant }, userId, "everything");
      requireLocalSignIn(person);
      if (!person.passwordHash) throw conflict("They have no password to reset yet: invite them again instead.");
      if (!takesLinks(person))
        throw conflict(
          "They have no address that a link can go to: set one first, or give a one-time password instead.",
        );
      await spend(forcedResets, userId);
      // The old one stays among those that cannot be chosen again, and opens nothing: it is good once, and that is
      // over.
      await tx
        .update(users)
        .set({ passwordOnce: true, passwordOnceUntil: sql`now()`, version: sql`${users.version} + 1` })
        .where(eq(users.id, userId));
      await dropLinks(tx, userId, "reset");
      await notifyReset(tx, person, actor.accountId);
      return { endedSessions: await endEverywhere(tx, userId) };
    }),
});

/** A notice is mailed to a proven address alone; the link in it goes to one that is not yet, too. */
async function notifyReset(tx: Db, person: HeldUser, sender: string) {
  const notice = resetForced(person);
  await queueNotice(tx, notice);
  if (person.emailVerifiedAt) return;
  const { userId, subject, paragraphs, link } = notice;
  await queueMail(tx, { to: person.email, countedFor: sender, userId, subject, paragraphs, link });
}

/** Mails the invitation again; links mailed before are worth nothing then. Refuses somebody who has a password. */
export const inviteAgain = defineOperation({
  name: "users.invite",
  summary: "Invite a user again who has no password yet",
  route: "POST /users/{userId}/invitation",
  allow: "update:user",
  stepUp: "always",
  idempotencyKey: true,
  limit: { name: "invitation", points: 100, seconds: 3600 },
  input,
  output: wireUser,
  audit: ({ input }) => ({ target: input.userId }),

  async run({ actor, tx, tenant }, { userId }) {
    const person = await lockOtherUser({ tx, actor, tenant }, userId, "administrative");
    requireLocalSignIn(person);
    if (person.passwordHash) throw conflict("They have a password already.");
    if (!person.active || person.notificationsOnly) throw conflict("They may not sign in: change that first.");
    if (isNoAddress(person.email)) throw conflict("They have no address: set one first, which invites them, too.");
    await dropLinks(tx, userId, "invitation");
    await tx.update(users).set({ invitedAt: sql`now()` }).where(eq(users.id, userId));
    await queueMail(tx, invitation(person, await nameOf(tx, tenant.accountId), actor.accountId));
    return readUser(tx, tenant, userId);
  },
});
