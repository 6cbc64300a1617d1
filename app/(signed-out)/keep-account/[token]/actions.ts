"use server";

import { redirect } from "next/navigation";
import * as deletion from "#lib/deletion.ts";
import { action } from "#lib/http/next/action.ts";

/** The link is used up, so the page that it opened is left. */
export const keepAccount = action(deletion.keepAccount, async () => redirect("/keep-account/done"));
