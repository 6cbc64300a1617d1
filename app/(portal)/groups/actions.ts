"use server";

import { redirect } from "next/navigation";
import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { inAccount } from "#components/layout/acting-account.ts";
import { badField } from "#lib/core/errors.ts";
import { action } from "#lib/http/next/action.ts";
import * as members from "#lib/people/groups/members.ts";
import * as groups from "#lib/people/groups/operations.ts";

const accountOf = (form: FormData) => form.get("accountId")?.toString();

export const createGroup = action(groups.createGroup, async ({ id }, _, form) =>
  redirect(inAccount(`/groups/${id}?made`, accountOf(form))),
);

/** The name and the description; the roles are a form of their own. */
export const updateGroup = action(groups.updateGroup);

export const setGroupRoles = rightsAction(groups.updateGroup);

export const deleteGroup = rightsAction(groups.deleteGroup, async (_, _caller, form) =>
  redirect(inAccount("/groups?deleted", accountOf(form))),
);

export const changeMembers = rightsAction(members.changeMembers);

/** Takes in all who are ticked. */
export const takeIn = rightsAction(members.changeMembers, undefined, (input) => {
  if ([input.add].flat().length === 0) throw badField("add", "missing", "Tick at least one person.");
  return input;
});
