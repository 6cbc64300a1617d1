import { z } from "zod";
import { badField } from "#lib/core/errors.ts";
import { enqueue } from "#lib/core/jobs.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { allowedReturn } from "#lib/core/return-to.ts";
import { typedName } from "../prove-password.ts";
import { orderOf, resetJob } from "./mail.ts";

/**
 * Asks for a mail with a link to a new password. The answer is the same, in the same time, whoever is meant and whether
 * there is such a person: looking is the work of a job (I-10).
 */
export const requestReset = defineOperation({
  name: "password_resets.request",
  summary: "Ask for a mail with which to choose a new password",
  route: "POST /password-resets",
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "password_reset", points: 10, seconds: 900 },
  input: z
    .strictObject({
      login: typedName.optional().meta({ description: "Username or e-mail address" }),
      email: typedName.optional().meta({ description: "E-mail address" }),
      returnTo: z
        .string()
        .max(2000)
        .optional()
        .meta({ description: "Where to lead afterwards: an address that RETURN_TO_ALLOWED covers" }),
    })
    .refine(({ login, email }) => [login, email].filter(Boolean).length === 1, {
      path: ["login"],
      message: "Give your username or your e-mail address.",
    })
    .meta({ examples: [{ email: "ada@example.org" }] }),
  output: z.object({}),
  audit: () => ({}),

  async run({ tx, caller }, { returnTo, ...names }) {
    const target = allowedReturn(returnTo);
    if (returnTo && !target)
      throw badField("returnTo", "not_allowed", "RETURN_TO_ALLOWED does not cover this address.");
    await enqueue(tx, resetJob, orderOf(caller, names, target));
    return {};
  },
});

export const returnTo = z.string().nullable().meta({ description: "Where to go on to; still allowed, checked again" });
