"use server";

import { action } from "#lib/doors/action.ts";
import { filled } from "#lib/doors/form.ts";
import * as bulk from "#lib/users/bulk.ts";

/** Does one thing to many people. */
export const changeManyUsers = action(bulk.changeManyUsers, undefined, filled);
