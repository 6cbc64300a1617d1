import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { endKeys } from "#lib/access/issued/ending.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField } from "#lib/core/errors.ts";
import { password } from "#lib/core/fields.ts";
import { hasSecondFactor } from "#lib/core/freshness.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { forgetDevices } from "#lib/sign-in/devices.ts";
import { dropSignIns } from "#lib/sign-in/everywhere.ts";
import { requireLocalSignIn } from "#lib/sign-in/factors/policy.ts";
import { makeRecoveryCodes } from "#lib/sign-in/factors/recovery-codes.ts";
import { provePassword, readyPassword, replacePassword } from "#lib/sign-in/passwords/password.ts";
import { endOtherSessions } from "#lib/sign-in/sessions/operations.ts";
import { renewSession } from "#lib/sign-in/sessions/rotate.ts";
import { revokeAll } from "#lib/tokens/revoke.ts";

const tick = (description: string) => z.boolean().default(false).meta({ description });

/**
 * Does everything at once that somebody does who fears that another person got in, and leaves them signed in. They get
 * a receipt by mail. A new password needs the present one, and gives the session that asks a new secret, by a ticket.
 */
export const secureAccount = defineOperation({
  name: "secure.run",
  summary: "Secure your account: end sessions, revoke tokens, renew recovery codes and password",
  route: "POST /me/secure",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  endsOwn: true,
  limit: { name: "secure", points: 20, seconds: 3600 },
  input: z
    .strictObject({
      username: z.string().max(254).meta({ description: "Your username, so that this is no slip" }),
      endSessions: tick("End every other session, and forget the browsers that are known"),
      revokeTokens: tick("Revoke every API token"),
      deleteAccessKeys: tick("Delete every access key of yours, whoever made it"),
      renewRecoveryCodes: tick("Make new recovery codes; for who has a second factor"),
      currentPassword: password.optional().meta({ description: "The password until now, to set a new one" }),
      newPassword: password.optional().meta({ description: "At least 12 characters, three of the four kinds" }),
      confirmPassword: password.optional().meta({ description: "The new password again; checked when given" }),
    })
    .refine(({ newPassword, confirmPassword }) => (confirmPassword ?? newPassword) === newPassword, {
      path: ["confirmPassword"],
      message: "This is not the same as the new password.",
    })
    .refine(({ newPassword, currentPassword }) => !newPassword === !currentPassword, {
      path: ["currentPassword"],
      message: "A new password needs both: the one until now, and the new one.",
    })
    .meta({ examples: [{ username: "ada", endSessions: true, revokeTokens: true }] }),
  output: z.object({
    endedSessions: z.int(),
    revokedTokens: z.int(),
    deletedAccessKeys: z.int(),
    passwordChanged: z.boolean(),
    recoveryCodes: z.array(z.string()).meta({ secret: true, description: "The new ones, shown this once" }),
    token: z
      .string()
      .nullable()
      .meta({ secret: true, description: "With a new password: takes the place of the session's token that asked" }),
  }),
  audit: ({ actor, output: { recoveryCodes, token: _, ...done } }) => ({
    target: actor.id,
    details: { ...done, recoveryCodesRenewed: recoveryCodes.length > 0 },
  }),
  notify: ({ actor, output }) => receipt(actor, output),

  async run({ actor, tx, caller }, input) {
    if (input.username.trim() !== actor.username) {
      throw badField("username", "differs", `Type ${actor.username} to confirm.`);
    }
    const { currentPassword, newPassword } = input;
    if (newPassword) requireLocalSignIn(actor);
    const ready =
      newPassword && currentPassword
        ? await readyPassword(actor, newPassword, await provePassword(actor, caller, currentPassword))
        : null;
    if (ready) await replacePassword(tx, actor.id, ready);
    return {
      endedSessions: input.endSessions ? await endOthers(tx, actor) : 0,
      revokedTokens: input.revokeTokens ? await revokeAll(tx, actor) : 0,
      deletedAccessKeys: input.deleteAccessKeys ? await endOwnKeys(tx, actor) : 0,
      recoveryCodes: input.renewRecoveryCodes && hasSecondFactor(actor) ? await makeRecoveryCodes(tx, actor.id) : [],
      passwordChanged: ready !== null,
      token: ready ? await goOn(tx, actor) : null,
    };
  },
});

async function endOthers(tx: Db, actor: Actor): Promise<number> {
  await dropSignIns(tx, actor.id);
  await forgetDevices(tx, actor.id);
  return endOtherSessions(tx, actor);
}

const endOwnKeys = async (tx: Db, { id }: Actor) => (await endKeys(tx, eq(accessKeys.userId, id))).length;

/** The session that asks goes on under a new secret: the old password is worth nothing in it (I-19). */
async function goOn(tx: Db, actor: Actor): Promise<string> {
  await dropSignIns(tx, actor.id);
  return (await renewSession(tx, actor)).token;
}

type SecuredAccount = {
  endedSessions: number;
  revokedTokens: number;
  deletedAccessKeys: number;
  passwordChanged: boolean;
  recoveryCodes: string[];
};

const receipt = ({ id, fullName }: Actor, done: SecuredAccount): Notice => ({
  userId: id,
  event: "account_secured",
  subject: "Your account was secured",
  paragraphs: [
    `Hello ${fullName},`,
    "this is the receipt of what was just done to secure your account:",
    `Sessions ended: ${done.endedSessions}. API tokens revoked: ${done.revokedTokens}. Access keys deleted: ${done.deletedAccessKeys}.`,
    `Password: ${done.passwordChanged ? "changed" : "as it was"}. Recovery codes: ${done.recoveryCodes.length ? "new ones made, the old ones are worth nothing" : "as they were"}.`,
    "If this was not you, ask for a new password and tell an administrator of your account at once.",
  ],
  button: { words: "Look at your sessions", path: "/sessions" },
});
