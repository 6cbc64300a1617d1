import { eq } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { notAudited } from "#lib/core/audit.ts";
import { instant, password, wire } from "#lib/core/fields.ts";
import { lookAtLink, takeLink } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endEverywhere } from "#lib/sign-in/everywhere.ts";
import { linkBudget, linkInput, linkOver, linkOwner, userOfMailedLink } from "#lib/sign-in/mailed-links.ts";
import { readyPassword, replacePassword } from "#lib/sign-in/passwords/password.ts";
import { passwordRules, rulesIn } from "#lib/sign-in/passwords/policy.ts";
import { proveEmail } from "#lib/sign-in/proving.ts";

/** Looks at the link of an invitation without using it up. */
export const checkInvitation = defineOperation({
  name: "invitations.check",
  summary: "Ask whom a link to a first password is for",
  route: "POST /invitations/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({
    user: linkOwner
      .extend({ fullName: z.string(), accountName: z.string() })
      .nullable()
      .meta({ description: "Who is invited; null when the link is used up or too old" }),
    expiresAt: instant.nullable(),
    rules: passwordRules.nullable().meta({ description: "What the password has to keep" }),
  }),
  audit: notAudited,

  async run({ tx }, { link }) {
    const found = await lookAtLink(tx, "invitation", link);
    const isGood = found && (await invited(tx, found.userId, found.data.email));
    if (!isGood) return { user: null, expiresAt: null, rules: null };
    const user = await userOfMailedLink(tx, found.userId);
    return { user, expiresAt: wire(found.expiresAt), rules: await rulesIn(tx, user.accountId) };
  },
});

/**
 * Chooses the first password with the link of an invitation, which is used up by it; the address it was mailed to is
 * proven then. Signs nobody in: that takes the password, and a second factor where the account requires one. Refuses
 * `link_expired`, also for somebody who may not sign in, and a password that the rules forbid.
 */
export const acceptInvitation = defineOperation({
  name: "invitations.accept",
  summary: "Choose a first password with the link of an invitation",
  route: "POST /invitations/accept",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput
    .extend({
      newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The password again; checked when given" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the password.",
    }),
  output: z.object({ user: linkOwner }),
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ tx }, { link, newPassword }) {
    const found = await lookAtLink(primary(), "invitation", link);
    if (!found) throw linkOver();
    const person = await userOfMailedLink(primary(), found.userId);
    const ready = await readyPassword(person, newPassword);
    const isGood = (await invited(tx, person.id, found.data.email)) && (await takeLink(tx, "invitation", link));
    if (!isGood) throw linkOver();
    await replacePassword(tx, person.id, ready);
    await proveEmail(tx, person.id);
    await endEverywhere(tx, person.id);
    return { user: person };
  },
});

/** Is this person still the one who was invited, at that address, and may sign in? Locked before what is theirs. */
async function invited(tx: Db, id: string, email: string | undefined): Promise<boolean> {
  const [person] = await tx
    .select({ user: users, open: accounts.active })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, id))
    .for("update", { of: users });
  if (!person?.open) return false;
  const { email: address, passwordHash, lastSignInAt, active, notificationsOnly } = person.user;
  const isNew = passwordHash === null && lastSignInAt === null;
  return address === email && isNew && active && !notificationsOnly;
}
