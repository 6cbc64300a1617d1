import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { isOnlyAdministrator, keepAdministrator } from "#lib/access/administrators.ts";
import { requireOverUser } from "#lib/access/over/rights-over.ts";
import { accountId } from "#lib/core/fields.ts";
import { queueMail } from "#lib/core/mail/queue.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { withdrawOfUser } from "#lib/vault/provisioning/queue.ts";
import { userId } from "./fields.ts";
import { nameOf } from "./insert.ts";
import { lockOtherUser } from "./lock-rows.ts";
import { deleted } from "./notices.ts";

/**
 * Deletes a person at once and for good. Refuses `own_user` and `last_administrator`; and the only administrator of an
 * account, though they never came, to whoever may do less.
 */
export const deleteUser = defineOperation({
  name: "users.delete",
  summary: "Delete a user, at once and for good",
  route: "DELETE /users/{userId}",
  allow: "delete:user",
  stepUp: "always",
  input: z.strictObject({ userId, accountId }),
  output: z.object({ username: z.string(), email: z.string() }),
  audit: ({ input, output }) => ({ target: input.userId, details: output }),

  async run({ actor, tx, tenant }, { userId }) {
    let beyond: unknown;
    const gone = await keepAdministrator(tx, tenant.accountId, async () => {
      const person = await lockOtherUser({ tx, actor, tenant }, userId, "administrative");
      if (await isOnlyAdministrator(tx, person)) beyond = await refusalOver({ tx, actor, tenant }, userId);
      if (person.emailVerifiedAt) await queueMail(tx, deleted(person, await nameOf(tx, tenant.accountId)));
      await withdrawOfUser(tx, userId);
      await tx.delete(users).where(and(eq(users.id, userId), eq(users.accountId, tenant.accountId)));
      return { username: person.username, email: person.email };
    });
    if (beyond) throw beyond;
    return gone;
  },
});

/** Said only where being the last administrator who can sign in is not said first. */
const refusalOver = (by: Parameters<typeof requireOverUser>[0], userId: string): Promise<unknown> =>
  requireOverUser(by, userId).then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
