"use server";

import { redirect } from "next/navigation";
import { leave } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { requestDeletion as requestDeletionOperation } from "#lib/people/deletion/request.ts";

/** Every session has ended, so this browser is signed out. */
export const requestDeletion = action(requestDeletionOperation, async ({ dueAt }) => {
  await leave();
  redirect(`/deletion-requested?${new URLSearchParams({ due: dueAt })}`);
});
