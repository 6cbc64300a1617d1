"use server";

import { redirect } from "next/navigation";
import { setUp as setUpOperation } from "#lib/accounts/setup.ts";
import { enter } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";

export const setUp = action(setUpOperation, async ({ ticket }, caller) => {
  await enter(ticket, caller);
  redirect("/profile");
});
