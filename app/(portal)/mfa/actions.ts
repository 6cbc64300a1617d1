"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as authenticators from "#lib/sign-in/factors/authenticators.ts";
import * as factors from "#lib/sign-in/factors/operations.ts";

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
export const disableFactors = action(factors.disableFactors);
