"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { grantRole as grantRoleOperation } from "#lib/access/roles/grant.ts";
import { revokeRole as revokeRoleOperation } from "#lib/access/roles/revoke.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { createAccessKey as createAccessKeyOperation } from "#lib/machines/access-keys/create.ts";
import { deleteAccessKey as deleteAccessKeyOperation } from "#lib/machines/access-keys/delete.ts";
import { updateAccessKey } from "#lib/machines/access-keys/update.ts";
import { changeMembers as changeMembersOperation } from "#lib/people/groups/change-members.ts";
import { deleteUser as deleteUserOperation } from "#lib/people/users/delete.ts";
import { forceReset as forceResetOperation } from "#lib/people/users/force-reset.ts";
import { inviteAgain as inviteAgainOperation } from "#lib/people/users/invite-again.ts";
import * as locks from "#lib/people/users/lock.ts";
import { giveOneTimePassword as giveOneTimePasswordOperation } from "#lib/people/users/one-time-password.ts";
import { removeFactorsOf } from "#lib/people/users/remove-factors.ts";
import { revokeTokenOf } from "#lib/people/users/tokens.ts";
import { updateUser } from "#lib/people/users/update.ts";
import { endSessionOf, endSessionsOfUser } from "#lib/sign-in/sessions/of-user.ts";

/** Saves names, addresses and numbers. */
export const saveProfile = action(updateUser, undefined, withKept);

const kept = "kept ";

/** The reasons that stand beside fields, as the map of those that administrators keep. */
function withKept(input: Record<string, unknown>) {
  const isKept = ([name]: [string, unknown]) => name.startsWith(kept);
  if (!Object.keys(input).some((name) => name.startsWith(kept))) return input;
  const reasons = Object.entries(input).filter((entry) => isKept(entry) && entry[1] !== "");
  return {
    ...Object.fromEntries(Object.entries(input).filter((entry) => !isKept(entry))),
    lockedFields: Object.fromEntries(reasons.map(([name, reason]) => [name.slice(kept.length), reason])),
  };
}

/** Activates or deactivates. */
export const setActive = action(updateUser);

/** Lets somebody get notifications only, or sign in again. */
export const setNotificationsOnly = action(updateUser);

/** Locks for so many hours, or without an end. */
export const lockUser = action(locks.lockUser, undefined, ({ until, ...input }) =>
  filled({ ...input, until: hence(until) }),
);

export const unlockUser = action(locks.unlockUser);

export const forceReset = action(forceResetOperation);

export const giveOneTimePassword = action(giveOneTimePasswordOperation);

export const inviteAgain = action(inviteAgainOperation);

/** The person is gone, so their page is left. */
export const deleteUser = action(deleteUserOperation, async (_, __, form) => {
  redirect(inAccount("/users", form.get("accountId")?.toString()));
});

export const grantRole = rightsAction(grantRoleOperation);

export const revokeRole = rightsAction(revokeRoleOperation);

export const changeMembers = rightsAction(changeMembersOperation, undefined, filled);

export const removeFactors = action(removeFactorsOf);

export const endSession = action(endSessionOf);

export const endSessions = action(endSessionsOfUser);

export const revokeToken = action(revokeTokenOf);

export const createAccessKey = action(createAccessKeyOperation);

export const renameAccessKey = action(updateAccessKey);

export const deleteAccessKey = action(deleteAccessKeyOperation);

const hour = 3_600_000;
const hence = (hours: unknown) => (hours ? new Date(Date.now() + Number(hours) * hour).toISOString() : "");
