"use server";

import { action } from "#lib/http/next/action.ts";
import * as failures from "#lib/notifications/undelivered/operations.ts";

export const retryMailFailure = action(failures.retryMailFailure);
