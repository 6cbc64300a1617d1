"use server";

import { redirect } from "next/navigation";
import * as setup from "#lib/accounts/setup.ts";
import { enter } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";

export const setUp = action(setup.setUp, async ({ ticket }, caller) => {
  await enter(ticket, caller);
  redirect("/profile");
});
