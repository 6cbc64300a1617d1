"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { confirmEmail as confirmEmailOperation } from "#lib/people/email/confirm.ts";

/** The link is used up, so the page that it opened is left. */
export const confirmEmail = action(confirmEmailOperation, async () => redirect("/confirm-email/done"));
