import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { primary } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import type { Caller } from "#lib/core/actor.ts";
import { isPassword } from "#lib/core/crypto/hashing.ts";
import { password } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { guess, passwordGuard } from "../budgets.ts";
import { sourceOf } from "../devices.ts";
import { endEverywhere } from "../everywhere.ts";
import { linkOwner, userOfMailedLink } from "../mailed-links.ts";
import { lockPerson, requireMaySignIn } from "../people.ts";
import { failed, lookUp, settleRight, typedName } from "../prove-password.ts";
import { passwordChangedNotice, readyPassword, replacePassword } from "./password.ts";

/**
 * Changes a password for who knows the present one, a one-time password too, without a session. Every session ends.
 * Refuses like signing in, and a new password that the rules or the person's own past forbid.
 */
export const changePasswordByName = defineOperation({
  name: "password.change_by_name",
  summary: "Change a password by proving the present one",
  route: null,
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "password_change_by_name", points: 60, seconds: 900 },
  input: z.strictObject({
    login: typedName.meta({ description: "Username or e-mail address" }),
    currentPassword: password.meta({ description: "The password until now" }),
    newPassword: password.meta({ description: "At least 12 characters, three of the four kinds" }),
  }),
  output: z.object({ user: linkOwner.extend({ fullName: z.string() }), endedSessions: z.int() }),
  audit: ({ output: { user, endedSessions } }) => ({ actor: user, target: user.id, details: { endedSessions } }),
  notify: ({ output: { user, endedSessions } }) => changedByName(user, endedSessions),

  async run({ tx, caller }, { login, currentPassword, newPassword }) {
    const { id, stillHas } = await whoKnows(caller, login, currentPassword);
    const ready = await readyPassword(await userOfMailedLink(primary(), id), newPassword);
    const [user] = await lockPerson(tx, stillHas);
    if (!user) throw failed(undefined);
    requireMaySignIn(user, ["password"]);
    await replacePassword(tx, id, ready);
    return { user, endedSessions: await endEverywhere(tx, id) };
  },
});

type Owner = { id: string; fullName: string };

/** No second factor was asked for, as the contracts have it: whoever has one is to know. */
function changedByName(owner: Owner, endedSessions: number): Notice {
  const notice = passwordChangedNotice(owner, endedSessions);
  const [hello = "", , , warning = ""] = notice.paragraphs;
  const how =
    "your password was just changed through an interface for programs, by whoever knew the one before. That interface asks for no second factor.";
  const ended = `Every session of yours was ended: ${endedSessions}. Sign in again with the new password.`;
  return { ...notice, paragraphs: [hello, how, ended, warning] };
}

/**
 * Checks name and password, paying for the guess first, before anything is held. A right one is settled before the new
 * password is judged: who chooses a weak one has not guessed wrong.
 */
async function whoKnows(caller: Caller, login: string, currentPassword: string) {
  const { found, key } = await lookUp({ login });
  const source = await sourceOf(caller, found?.id);
  await guess(passwordGuard, key, source);
  const fits = await isPassword(found?.passwordHash, currentPassword);
  if (!fits || !found?.passwordHash) throw failed(found);
  const stillHas = sql`${users.id} = ${found.id} and ${eq(users.passwordHash, found.passwordHash)}`;
  const [user] = await lockPerson(primary(), stillHas);
  if (!user) throw failed(found);
  await settleRight(user, key, source);
  return { id: user.id, stillHas };
}
