"use server";

import { action } from "#lib/http/next/action.ts";
import { filled } from "#lib/http/next/form.ts";
import { pendingChallenge } from "#lib/http/pending-sign-in.ts";
import type { RequestOptions } from "#lib/sign-in/factors/passkeys/wire.ts";
import * as newPasswords from "#lib/sign-in/new-password.ts";
import * as passkeys from "#lib/sign-in/passkey.ts";
import * as second from "#lib/sign-in/second-factor.ts";
import { signIn as signInOperation } from "#lib/sign-in/sign-in.ts";
import { goOn } from "./go-on.ts";

export const signIn = action(signInOperation, goOn);

// The challenge stays in a cookie of this browser: the pages of a sign-in never hold it.
export const proveSecondFactor = action(second.proveSecondFactor, goOn, async (input) => ({
  ...filled(input),
  challenge: await pendingChallenge(),
}));

export const secondFactorOptions = action(
  passkeys.secondFactorOptions,
  async ({ user: _, ...options }): Promise<RequestOptions> => options,
  async () => ({ challenge: await pendingChallenge() }),
);

export const signInWithPasskey = action(passkeys.signInWithPasskey, goOn);

export const replacePassword = action(newPasswords.replaceOneTimePassword, goOn, async (input) => ({
  ...input,
  challenge: await pendingChallenge(),
}));
