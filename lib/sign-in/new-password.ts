import { z } from "zod";
import { password } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { takeChallenge } from "./challenges.ts";
import { dropSignIns } from "./everywhere.ts";
import { readyPassword, replacePassword } from "./passwords/password.ts";
import { assertStep, challengeOwner, resumeChallenge } from "./second-factor.ts";
import { advance, nextRequirement, stepOutput } from "./steps.ts";

/**
 * A step of signing in to the pages: a password that was good once, or has grown too old, is replaced by one of the
 * person's own.
 */
export const replaceOneTimePassword = defineOperation({
  name: "sign_in.new_password",
  summary: "Go on with a sign-in: replace a one-time password, or one that is too old",
  route: "POST /sign-in/new-password",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  limit: { name: "new_password", points: 300, seconds: 3600 },
  input: z
    .strictObject({
      challenge: z.string().max(100).meta({ description: "The challenge of the step before" }),
      newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The new password again; checked when given" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the new password.",
    }),
  output: stepOutput,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id, details: { next: output.next } }),
  notify: ({ output }) => replaced(output.user),

  async run({ tx }, { challenge, newPassword }) {
    const whose = await challengeOwner(challenge);
    const ready = await readyPassword(whose, newPassword);
    const { user, factors } = await resumeChallenge(tx, challenge);
    assertStep(await nextRequirement(tx, user, factors), "new-password");
    await replacePassword(tx, user.id, ready);
    await takeChallenge(tx, challenge);
    await dropSignIns(tx, user.id);
    return advance(tx, { ...user, passwordOnce: false, passwordOld: false }, factors);
  },
});

const replaced = ({ id, username }: { id: string; username: string }): Notice => ({
  userId: id,
  event: "password_changed",
  subject: "You chose a new password at sign-in",
  paragraphs: [
    `Hello ${username},`,
    "your one-time password, or one that had grown too old, was just replaced by a password of your own.",
    "If this was not you, tell an administrator of your account at once.",
  ],
});
