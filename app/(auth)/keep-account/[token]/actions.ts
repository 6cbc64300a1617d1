"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { keepAccount as keepAccountOperation } from "#lib/people/deletion/cancel.ts";

/** The link is used up, so the page that it opened is left. */
export const keepAccount = action(keepAccountOperation, async () => redirect("/keep-account/done"));
