import { eq, sql } from "drizzle-orm";
import { users } from "#db/schema/users.ts";
import { conflict } from "#lib/core/errors.ts";
import { dropLinks } from "#lib/core/links.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isNoAddress } from "#lib/notifications/undelivered/standing.ts";
import { nameOf } from "./insert.ts";
import { lockOtherUser, readUser } from "./lock-rows.ts";
import { input, requireLocalPassword } from "./password-input.ts";
import { invitation } from "./password-notices.ts";
import { wireUser } from "./wire.ts";

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
    requireLocalPassword(person);
    if (person.passwordHash) throw conflict("They have a password already.");
    if (!person.active || person.notificationsOnly) throw conflict("They may not sign in: change that first.");
    if (isNoAddress(person.email)) throw conflict("They have no address: set one first, which invites them, too.");
    await dropLinks(tx, userId, "invitation");
    await tx.update(users).set({ invitedAt: sql`now()` }).where(eq(users.id, userId));
    await queueMail(tx, invitation(person, await nameOf(tx, tenant.accountId), actor.accountId));
    return readUser(tx, tenant, userId);
  },
});
