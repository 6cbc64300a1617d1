import { z } from "zod";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { hashPassword } from "#lib/core/crypto/hashing.ts";
import { secretOnce } from "#lib/core/fields.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { replacePassword } from "#lib/sign-in/passwords/password.ts";
import { lockOtherUser } from "./lock-rows.ts";
import { mintOneTimePassword } from "./one-time.ts";
import { input, limitToOnce, requireLocalPassword } from "./password-input.ts";
import { initialHours, passwordGiven } from "./password-notices.ts";

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
      requireLocalPassword(person);
      await replacePassword(tx, userId, { current: person.passwordHash, passwordHash });
      await limitToOnce(tx, userId);
      await queueNotice(tx, passwordGiven(person, true));
      return { oneTimePassword: made, endedSessions: await endEverywhere(tx, userId) };
    });
  },
});
