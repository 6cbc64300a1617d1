"use server";

import { action } from "#lib/doors/action.ts";
import { keep } from "#lib/doors/auth.ts";
import * as passkeys from "#lib/factors/passkeys.ts";

export const addPasskey = action(passkeys.addPasskey, async ({ token, recoveryCodes = [] }) => {
  await keep(token);
  return { recoveryCodes };
});

export const renamePasskey = action(passkeys.renamePasskey);
export const removePasskey = action(passkeys.removePasskey);
