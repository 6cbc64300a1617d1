"use server";

import { keep } from "#lib/http/auth.ts";
import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import * as secure from "#lib/people/secure-account.ts";

/** With a new password, this browser goes on under the new secret of its session, which goes no further. */
export const secureAccount = action(
  secure.secureAccount,
  async ({ token, ...receipt }) => {
    if (token) await keep(token);
    return receipt;
  },
  filled,
);
