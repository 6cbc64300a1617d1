"use server";

import { action } from "#lib/doors/action.ts";
import { enter } from "#lib/doors/auth.ts";
import * as passwords from "#lib/passwords.ts";

/** The session that asks ends with the old password; its ticket buys this browser a new one. */
export const changePassword = action(passwords.changePassword, async ({ ticket, ...told }, caller) => {
  await enter(ticket, caller);
  return told;
});
