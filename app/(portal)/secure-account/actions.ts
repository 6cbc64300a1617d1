"use server";

import { action } from "#lib/doors/action.ts";
import { keep } from "#lib/doors/auth.ts";
import { filled } from "#lib/doors/form.ts";
import * as secure from "#lib/secure.ts";

/** With a new password, this browser goes on under the new secret of its session, which goes no further. */
export const secureAccount = action(
  secure.secureAccount,
  async ({ token, ...receipt }) => {
    if (token) await keep(token);
    return receipt;
  },
  filled,
);
