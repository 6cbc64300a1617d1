"use server";

import { action } from "#lib/doors/action.ts";
import { keep } from "#lib/doors/auth.ts";
import { filled } from "#lib/doors/form.ts";
import * as authenticators from "#lib/factors/authenticators.ts";
import * as factors from "#lib/factors.ts";

export const addAuthenticator = action(authenticators.addAuthenticator);

export const confirmAuthenticator = action(
  authenticators.confirmAuthenticator,
  async ({ token, recoveryCodes }) => {
    await keep(token);
    return { recoveryCodes: recoveryCodes ?? [], onward: "/mfa" };
  },
  filled,
);

export const renameAuthenticator = action(authenticators.renameAuthenticator);
export const removeAuthenticator = action(authenticators.removeAuthenticator);
export const renewRecoveryCodes = action(factors.renewRecoveryCodes);
export const disableFactors = action(factors.disableFactors);
