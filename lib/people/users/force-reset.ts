import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { conflict } from "#lib/core/errors.ts";
import { type Budget, spend } from "#lib/core/limits.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { takesLinks } from "#lib/notifications/undelivered/standing.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { type HeldUser, lockOtherUser } from "./lock-rows.ts";
import { input, requireLocalPassword } from "./password-input.ts";
import { resetForced } from "./password-notices.ts";

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
      requireLocalPassword(person);
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
