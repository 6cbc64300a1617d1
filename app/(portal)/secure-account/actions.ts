"use server";

import { action } from "#lib/doors/action.ts";
import { enter } from "#lib/doors/auth.ts";
import * as secure from "#lib/secure.ts";

/** The ticket of a new password buys this browser its next session, and goes no further. */
export const secureAccount = action(secure.secureAccount, async ({ ticket, ...receipt }, caller) => {
  if (ticket) await enter(ticket, caller);
  return receipt;
});
