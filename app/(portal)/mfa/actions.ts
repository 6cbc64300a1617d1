"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { addAuthenticator as addAuthenticatorOperation } from "#lib/sign-in/factors/add-authenticator.ts";
import { confirmAuthenticator as confirmAuthenticatorOperation } from "#lib/sign-in/factors/confirm-authenticator.ts";
import { disableFactors as disableFactorsOperation } from "#lib/sign-in/factors/disable.ts";
import { removeAuthenticator as removeAuthenticatorOperation } from "#lib/sign-in/factors/remove-authenticator.ts";
import { renameAuthenticator as renameAuthenticatorOperation } from "#lib/sign-in/factors/rename-authenticator.ts";

export const addAuthenticator = action(addAuthenticatorOperation);

export const confirmAuthenticator = action(
  confirmAuthenticatorOperation,
  async ({ token, recoveryCodes }) => {
    await keep(token);
    return { recoveryCodes: recoveryCodes ?? [], onward: "/mfa" };
  },
  filled,
);

export const renameAuthenticator = action(renameAuthenticatorOperation);
export const removeAuthenticator = action(removeAuthenticatorOperation);
export const disableFactors = action(disableFactorsOperation);
