import { defineOperation } from "#lib/core/operation.ts";
import { nameAndPassword, prove } from "./prove-password.ts";
import { advance, stepOutput } from "./steps.ts";

/**
 * First step of signing in to the pages. The right password earns a ticket, or a challenge for what is still missing.
 * All failures share one 401.
 */
export const signIn = defineOperation({
  name: "sign_in.password",
  summary: "Prove a password; the answer is a one-time ticket, or what is still missing",
  route: "POST /sign-in/password",
  allow: "anyone",
  whileReadOnly: "allowed",
  idempotencyKey: true,
  input: nameAndPassword,
  output: stepOutput,
  audit: ({ output }) => ({ actor: output.user, target: output.user.id, details: { next: output.next } }),

  async run({ tx, caller }, input) {
    return advance(tx, await prove(tx, caller, input), ["password"]);
  },
});
