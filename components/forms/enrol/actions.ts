"use server";

import { action } from "#lib/http/next/action.ts";
import * as factors from "#lib/sign-in/factors/operations.ts";

export const renewRecoveryCodes = action(factors.renewRecoveryCodes);
