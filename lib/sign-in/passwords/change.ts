import { z } from "zod";
import { instant, password, wire } from "#lib/core/fields.ts";
import { hasSecondFactor, requireStepUp } from "#lib/core/freshness.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { dropSignIns } from "../everywhere.ts";
import { requireLocalSignIn } from "../factors/policy.ts";
import { endOtherSessions as endOthers } from "../sessions/operations.ts";
import { renewSession } from "../sessions/rotate.ts";
import { passwordChangedNotice, provePassword, readyPassword, replacePassword } from "./password.ts";

/**
 * Changes the own password. Every other session ends unless asked otherwise; the own one goes on under a new secret.
 */
export const changePassword = defineOperation({
  name: "password.change",
  summary: "Change your password",
  route: "PUT /me/password",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  limit: { name: "password_change", points: 20, seconds: 3600 },
  input: z
    .strictObject({
      currentPassword: password.meta({ description: "The password until now" }),
      newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The new password again; checked when given" }),
      endOtherSessions: z.boolean().default(true).meta({ description: "End every other session of yours" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the new password.",
    })
    .meta({ examples: [{ currentPassword: "correct-Horse-7", newPassword: "Better battery 8" }] }),
  output: z.object({
    endedSessions: z.int().meta({ description: "How many other sessions ended" }),
    token: z.string().meta({ secret: true, description: "`lk_ses_…`: takes the place of the one that asked" }),
    expiresAt: instant,
  }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { endedSessions: output.endedSessions } }),
  notify: ({ actor, output }) => passwordChangedNotice(actor, output.endedSessions),

  async run({ actor, tx, caller }, { currentPassword, newPassword, endOtherSessions }) {
    requireLocalSignIn(actor);
    // Who has more than a password proves more than the password, which is asked for here in any case.
    if (hasSecondFactor(actor)) requireStepUp(actor);
    const used = await provePassword(actor, caller, currentPassword);
    await replacePassword(tx, actor.id, await readyPassword(actor, newPassword, used));
    await dropSignIns(tx, actor.id);
    const endedSessions = endOtherSessions ? await endOthers(tx, actor) : 0;
    const { token, expiresAt } = await renewSession(tx, actor);
    return { endedSessions, token, expiresAt: wire(expiresAt) };
  },
});
