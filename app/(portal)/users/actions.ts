"use server";

import { rightsAction } from "#components/forms/outgrown/rights-action.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as bulk from "#lib/people/users/bulk.ts";

/** Does one thing to many people. */
export const changeManyUsers = action(bulk.changeManyUsers, undefined, filled);

/** The same of a form, which asks first what is to become of secrets that it outgrows. */
export const changeTheseUsers = rightsAction(bulk.changeManyUsers, undefined, filled);
