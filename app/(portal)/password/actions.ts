"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { changePassword as changePasswordOperation } from "#lib/sign-in/passwords/change.ts";

/** This browser goes on under the new secret of its session, which goes no further. */
export const changePassword = action(changePasswordOperation, async ({ token, endedSessions }) => {
  await keep(token);
  return { endedSessions };
});
