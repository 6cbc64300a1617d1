"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import * as links from "#lib/people/email/links.ts";

/** Whoever changed the address could sign in: a new password comes next. */
export const undoEmail = action(links.undoEmail, async () => redirect("/forgot-password?address-returned"));
