"use server";

import { redirect } from "next/navigation";
import * as links from "#lib/email/links.ts";
import { action } from "#lib/http/next/action.ts";

/** The link is used up, so the page that it opened is left. */
export const confirmEmail = action(links.confirmEmail, async () => redirect("/confirm-email/done"));
