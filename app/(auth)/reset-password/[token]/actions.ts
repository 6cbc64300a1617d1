"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { completeReset as completeResetOperation } from "#lib/sign-in/resets/complete.ts";

/** The link is used up, so the page that it opened is left. */
export const completeReset = action(completeResetOperation, async ({ returnTo }) => {
  redirect(`/reset-password/done${returnTo ? `?${new URLSearchParams({ return_to: returnTo })}` : ""}`);
});
