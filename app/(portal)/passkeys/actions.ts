"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import * as passkeys from "#lib/sign-in/factors/passkeys/operations.ts";

export const addPasskey = action(passkeys.addPasskey, async ({ token, recoveryCodes = [] }) => {
  await keep(token);
  return { recoveryCodes };
});

export const renamePasskey = action(passkeys.renamePasskey);
export const removePasskey = action(passkeys.removePasskey);
