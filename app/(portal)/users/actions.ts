"use server";

import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as bulk from "#lib/people/users/bulk.ts";

/** Does one thing to many people. */
export const changeManyUsers = action(bulk.changeManyUsers, undefined, filled);
