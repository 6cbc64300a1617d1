import { defineOperation } from "#lib/core/operation.ts";
import { completeSignIn, openedSession } from "./complete-sign-in.ts";
import { nameAndPassword, prove } from "./prove-password.ts";
import { rejectIncomplete } from "./steps.ts";

/**
 * Everything in one, for programs: name and password in, session token out. What else is missing is said by a refusal.
 */
export const createSession = defineOperation({
  name: "sessions.create",
  summary: "Sign in with a password and get a session token",
  route: "POST /sessions",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: nameAndPassword,
  output: openedSession,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id }),

  async run({ tx, caller }, input) {
    const user = await prove(tx, caller, input);
    const factors = ["password"];
    return (
      (await rejectIncomplete(tx, user, factors)) ?? (await completeSignIn(tx, caller, user, { kind: "api", factors }))
    );
  },
});
