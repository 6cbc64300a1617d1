import { z } from "zod";
import { primary } from "#db/client.ts";
import { password } from "#lib/core/fields.ts";
import { lookAtLink, takeLink } from "#lib/core/links.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { allowedReturn } from "#lib/core/return-to.ts";
import { clearAttempts } from "../budgets.ts";
import { endEverywhere } from "../everywhere.ts";
import { holdPerson, linkBudget, linkInput, linkOver, linkOwner, userOfMailedLink } from "../mailed-links.ts";
import { readyPassword, replacePassword } from "../passwords/password.ts";
import { proveEmail } from "../proving.ts";
import { returnTo } from "./request.ts";

/**
 * Chooses a new password with a link from a mail, which is used up by it. Every session and every sign-in under way
 * ends. The answer signs nobody in: that takes the new password, and the second factor of who has one (I-15). The
 * address it was mailed to is proven then. Refuses `link_expired`, also once that is no longer theirs, and a password
 * that the rules or the person's own past forbid.
 */
export const completeReset = defineOperation({
  name: "password_resets.complete",
  summary: "Choose a new password with a link from a mail",
  route: "POST /password-resets/complete",
  allow: "anyone",
  idempotencyKey: true,
  endsOwn: true,
  limit: linkBudget,
  input: linkInput
    .extend({
      newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The new password again; checked when given" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the new password.",
    }),
  output: z.object({
    user: linkOwner,
    endedSessions: z.int().meta({ description: "How many sessions ended" }),
    returnTo,
  }),
  audit: ({ output }) => ({
    actor: output.user,
    target: output.user.id,
    details: { endedSessions: output.endedSessions },
  }),
  notify: ({ output }) => wasReset(output.user.id, output.endedSessions),

  async run({ tx }, { link, newPassword }) {
    const found = await lookAtLink(primary(), "reset", link);
    if (!found) throw linkOver();
    const person = await userOfMailedLink(primary(), found.userId);
    const ready = await readyPassword(person, newPassword);
    const { email, passwordHash } = await holdPerson(tx, person.id);
    // Whose password was taken away in the meantime signs in elsewhere, and gets none here by an old link.
    const isGood = passwordHash && email === found.data.email && (await takeLink(tx, "reset", link));
    if (!isGood) throw linkOver();
    await replacePassword(tx, person.id, ready);
    await proveEmail(tx, person.id);
    const endedSessions = await endEverywhere(tx, person.id);
    await clearAttempts(person.id);
    return { user: person, endedSessions, returnTo: allowedReturn(found.data.returnTo) ?? null };
  },
});

const wasReset = (userId: string, endedSessions: number): Notice => ({
  userId,
  event: "password_reset",
  subject: "Your password was reset",
  paragraphs: [
    "a new password was just chosen for you, with a link that was mailed to this address.",
    `Every session was ended: ${endedSessions}. Whoever signs in now needs the new password, and your second factor if you have one.`,
    "If this was not you, somebody can read your mail: secure your mailbox first, then ask for a new password, and tell an administrator of your account.",
  ],
  button: { words: "Ask for a new password", path: "/forgot-password" },
});
