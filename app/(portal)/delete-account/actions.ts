"use server";

import { redirect } from "next/navigation";
import { leave } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import * as deletion from "#lib/people/deletion/operations.ts";

/** Every session has ended, so this browser is signed out. */
export const requestDeletion = action(deletion.requestDeletion, async ({ dueAt }) => {
  await leave();
  redirect(`/deletion-requested?${new URLSearchParams({ due: dueAt })}`);
});
