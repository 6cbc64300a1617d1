"use server";

import { redirect } from "next/navigation";
import { inAccount } from "#components/acting-account.ts";
import { action } from "#lib/doors/action.ts";
import { filled } from "#lib/doors/form.ts";
import * as factors from "#lib/factors.ts";
import * as members from "#lib/groups/members.ts";
import * as grants from "#lib/roles/grants.ts";
import * as sessions from "#lib/sessions/list.ts";
import * as users from "#lib/users.ts";

// A form has no tick boxes for what it is not about, and what it has no box for would be read as unticked.

/** Saves names, addresses and numbers. */
export const saveProfile = action(
  users.updateUser,
  undefined,
  ({ active: _, notificationsOnly: __, ...input }) => input,
);

/** Activates or deactivates. */
export const setActive = action(users.updateUser, undefined, ({ notificationsOnly: _, ...input }) => input);

/** Lets somebody get notifications only, or sign in again. */
export const setNotificationsOnly = action(users.updateUser, undefined, ({ active: _, ...input }) => input);

/** The person is gone, so their page is left. */
export const deleteUser = action(users.deleteUser, async (_, __, form) => {
  redirect(inAccount("/users", form.get("accountId")?.toString()));
});

export const grantRole = action(grants.grantRole);

export const revokeRole = action(grants.revokeRole);

export const changeMembers = action(members.changeMembers, undefined, filled);

export const removeFactors = action(factors.removeFactorsOf);

export const endSession = action(sessions.endSessionOf);

export const endSessions = action(sessions.endSessionsOfUser);
