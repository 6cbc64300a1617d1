"use server";

import { action } from "#lib/doors/action.ts";
import { keep } from "#lib/doors/auth.ts";
import * as passwords from "#lib/passwords.ts";

/** This browser goes on under the new secret of its session, which goes no further. */
export const changePassword = action(passwords.changePassword, async ({ token, endedSessions }) => {
  await keep(token);
  return { endedSessions };
});
