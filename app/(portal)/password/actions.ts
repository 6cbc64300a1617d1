"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import * as passwords from "#lib/sign-in/passwords/operations.ts";

/** This browser goes on under the new secret of its session, which goes no further. */
export const changePassword = action(passwords.changePassword, async ({ token, endedSessions }) => {
  await keep(token);
  return { endedSessions };
});
