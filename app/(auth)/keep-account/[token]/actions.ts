"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as deletion from "#lib/people/deletion/operations.ts";

/** The link is used up, so the page that it opened is left. */
export const keepAccount = action(deletion.keepAccount, async () => redirect("/keep-account/done"));
