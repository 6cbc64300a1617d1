"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { undoEmail as undoEmailOperation } from "#lib/people/email/undo.ts";

/** Whoever changed the address could sign in: a new password comes next. */
export const undoEmail = action(undoEmailOperation, async () => redirect("/forgot-password?address-returned"));
