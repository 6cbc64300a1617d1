"use server";

import { action } from "#lib/http/next/action.ts";
import { requestReset as requestResetOperation } from "#lib/sign-in/resets/request.ts";

export const requestReset = action(requestResetOperation);
