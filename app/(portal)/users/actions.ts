"use server";

import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { changeManyUsers as changeManyUsersOperation } from "#lib/people/users/bulk.ts";

/** Does one thing to many people. */
export const changeManyUsers = action(changeManyUsersOperation, undefined, filled);

/** The same of a form, which asks first what is to become of secrets that it outgrows. */
export const changeTheseUsers = rightsAction(changeManyUsersOperation, undefined, filled);
