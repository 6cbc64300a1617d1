"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as links from "#lib/people/email/links.ts";

/** The link is used up, so the page that it opened is left. */
export const confirmEmail = action(links.confirmEmail, async () => redirect("/confirm-email/done"));
