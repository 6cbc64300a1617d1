"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/doors/action.ts";
import { enter } from "#lib/doors/auth.ts";
import * as setup from "#lib/setup.ts";

export const setUp = action(setup.setUp, async ({ ticket }, caller) => {
  await enter(ticket, caller);
  redirect("/profile");
});
