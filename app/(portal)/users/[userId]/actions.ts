"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import * as grants from "#lib/access/roles/grants.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as keys from "#lib/machines/access-keys/operations.ts";
import * as members from "#lib/people/groups/members.ts";
import * as locks from "#lib/people/users/lock.ts";
import * as users from "#lib/people/users/operations.ts";
import * as passwords from "#lib/people/users/passwords.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import * as tokens from "#lib/people/users/tokens.ts";
import * as sessions from "#lib/sign-in/sessions/list.ts";

/** Saves names, addresses and numbers. */
export const saveProfile = action(users.updateUser, undefined, withKept);

const kept = "kept ";

/** The reasons that stand beside fields, as the map of those that administrators keep. */
function withKept(input: Record<string, unknown>) {
  const isKept = ([name]: [string, unknown]) => name.startsWith(kept);
  const reasons = Object.entries(input).filter((entry) => isKept(entry) && entry[1] !== "");
  return {
    ...Object.fromEntries(Object.entries(input).filter((entry) => !isKept(entry))),
    lockedFields: Object.fromEntries(reasons.map(([name, reason]) => [name.slice(kept.length), reason])),
  };
}

/** Activates or deactivates. */
export const setActive = action(users.updateUser);

/** Lets somebody get notifications only, or sign in again. */
export const setNotificationsOnly = action(users.updateUser);

/** Locks for so many hours, or without an end. */
export const lockUser = action(locks.lockUser, undefined, ({ until, ...input }) =>
  filled({ ...input, until: hence(until) }),
);

export const unlockUser = action(locks.unlockUser);

export const forceReset = action(passwords.forceReset);

export const giveOneTimePassword = action(passwords.giveOneTimePassword);

export const inviteAgain = action(passwords.inviteAgain);

/** The person is gone, so their page is left. */
export const deleteUser = action(users.deleteUser, async (_, __, form) => {
  redirect(inAccount("/users", form.get("accountId")?.toString()));
});

export const grantRole = rightsAction(grants.grantRole);

export const revokeRole = rightsAction(grants.revokeRole);

export const changeMembers = rightsAction(members.changeMembers, undefined, filled);

export const removeFactors = action(removeFactorsOf);

export const endSession = action(sessions.endSessionOf);

export const endSessions = action(sessions.endSessionsOfUser);

export const revokeToken = action(tokens.revokeTokenOf);

export const createAccessKey = action(keys.createAccessKey);

export const renameAccessKey = action(keys.updateAccessKey);

export const deleteAccessKey = action(keys.deleteAccessKey);

const hour = 3_600_000;
const hence = (hours: unknown) => (hours ? new Date(Date.now() + Number(hours) * hour).toISOString() : "");
