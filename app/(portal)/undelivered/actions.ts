"use server";

import { action } from "#lib/http/next/action.ts";
import * as failures from "#lib/mail-failures.ts";

export const retryMailFailure = action(failures.retryMailFailure);
