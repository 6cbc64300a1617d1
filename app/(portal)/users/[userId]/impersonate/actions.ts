"use server";

import { redirect } from "next/navigation";
import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { beginImpersonation as beginImpersonationOperation } from "#lib/people/impersonation.ts";

/** From here on this browser is the other person's, until they stop: nothing of the page before may stay. */
export const beginImpersonation = action(beginImpersonationOperation, async ({ token }): Promise<null> => {
  await keep(token);
  redirect("/profile");
});
