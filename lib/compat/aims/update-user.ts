import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "#db/schema/users.ts";
import { keepAdministrator } from "#lib/access/administrators.ts";
import { requireSession } from "#lib/core/authorize.ts";
import { password } from "#lib/core/fields.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { type Context, defineOperation } from "#lib/core/operation.ts";
import { changeUser } from "#lib/people/users/change.ts";
import { nameOf } from "#lib/people/users/insert.ts";
import { lockUserForChange, readUser } from "#lib/people/users/lock-rows.ts";
import { limitToOnce } from "#lib/people/users/password-input.ts";
import { passwordGiven } from "#lib/people/users/password-notices.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { readyPassword, replacePassword } from "#lib/sign-in/passwords/password.ts";

/**
 * Changes a person as {@link updateUser} does, and sets their password if one is sent along: for the AIMS API alone, so
 * it has no route. As its contract says (US23), what one may not change about oneself is passed over:
 * password, active, notificationsOnly, and the address, which is proven first on the profile. Refuses a password as
 * `newPassword` that the rules or the person's past forbid.
 */
export const updateUserWithPassword = defineOperation({
  name: "users.update",
  summary: "Change a user, and set a password",
  route: null,
  allow: "update:user",
  stepUp: "always",
  target: "userId",
  input: updateUser.input.extend({
    password: password.optional().meta({ description: "A new password, which ends every session of theirs" }),
    oneTimePassword: z.boolean().default(false).meta({ description: "It must be replaced at its first use" }),
  }),
  output: updateUser.output,
  audit: ({ input }) => ({
    target: input.userId,
    details: { fields: Object.keys(input).filter((field) => !["userId", "accountId"].includes(field)) },
  }),

  async run({ actor, tx, caller, tenant }, { userId, version, accountId: _, password, oneTimePassword, ...changes }) {
    const { active: _active, notificationsOnly: _only, email: _email, ...others } = changes;
    const isOwn = userId === actor.id;
    // The account before the person, in the order of whatever may take an administrator away.
    await keepAdministrator(tx, tenant.accountId, async () => {
      await changeUser(tx, { actor, tenant }, userId, isOwn ? others : changes, version);
      if (password !== undefined && !isOwn)
        await setPassword({ actor, tx, caller, tenant }, userId, password, oneTimePassword);
    });
    return readUser(tx, tenant, userId);
  },
});

async function setPassword(
  { actor, tx, tenant }: Context<"update:user">,
  userId: string,
  wanted: string,
  once: boolean,
) {
  requireSession(actor);
  const person = await lockUserForChange({ tx, actor, tenant }, userId, "everything");
  const ready = await readyPassword({ ...person, accountName: await nameOf(tx, tenant.accountId) }, wanted);
  await replacePassword(tx, userId, ready);
  if (once) await limitToOnce(tx, userId);
  await tx.update(users).set({ modifiedBy: actor.id }).where(eq(users.id, userId));
  await endEverywhere(tx, userId);
  await queueNotice(tx, passwordGiven(person, once));
}
