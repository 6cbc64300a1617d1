"use server";

import { redirect } from "next/navigation";
import { action } from "#lib/http/next/action.ts";
import { acceptInvitation as acceptInvitationOperation } from "#lib/people/users/invitations.ts";

/** The link is used up, so the page that it opened is left. */
export const acceptInvitation = action(acceptInvitationOperation, async () => redirect("/invitation/done"));
