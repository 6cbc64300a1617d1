"use server";

import { action } from "#lib/http/next/action.ts";
import { renewRecoveryCodes as renewRecoveryCodesOperation } from "#lib/sign-in/factors/renew-recovery-codes.ts";

export const renewRecoveryCodes = action(renewRecoveryCodesOperation);
