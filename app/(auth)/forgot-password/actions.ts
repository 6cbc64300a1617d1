"use server";

import { action } from "#lib/http/next/action.ts";
import * as resets from "#lib/sign-in/resets/operations.ts";

export const requestReset = action(resets.requestReset);
