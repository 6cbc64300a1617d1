"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { badField } from "#lib/core/errors.ts";
import { action } from "#lib/http/next/action.ts";
import { changeMembers as changeMembersOperation } from "#lib/people/groups/change-members.ts";
import { createGroup as createGroupOperation } from "#lib/people/groups/create.ts";
import { deleteGroup as deleteGroupOperation } from "#lib/people/groups/delete.ts";
import { updateGroup as updateGroupOperation } from "#lib/people/groups/update.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

export const createGroup = action(createGroupOperation, async ({ id }, _, form) =>
  redirect(inAccount(`/groups/${id}?made`, accountOf(form))),
);

/** The name and the description; the roles are a form of their own. */
export const updateGroup = action(updateGroupOperation);

export const setGroupRoles = rightsAction(updateGroupOperation);

export const deleteGroup = rightsAction(deleteGroupOperation, async (_, _caller, form) =>
  redirect(inAccount("/groups?deleted", accountOf(form))),
);

export const changeMembers = rightsAction(changeMembersOperation);

/** Takes in all who are ticked. */
export const takeIn = rightsAction(changeMembersOperation, undefined, (input) => {
  if ([input.add ?? []].flat().length === 0) throw badField("add", "missing", "Tick at least one person.");
  return input;
});
