"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/doors/action.ts";
import { enter } from "#lib/doors/auth.ts";
import { ownPath } from "#lib/doors/page.ts";
import * as passwords from "#lib/sign-in.ts";

export const signIn = action(passwords.signIn, async ({ ticket }, caller, form) => {
  await enter(ticket, caller);
  redirect(ownPath(form.get("$return_to")));
});
