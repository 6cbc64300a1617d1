"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as notMe from "#lib/sign-in/report-sign-in.ts";

/** What follows is a new password. */
export const disownSignIn = action(notMe.disownSignIn, async () => redirect("/forgot-password?sessions-ended"));
