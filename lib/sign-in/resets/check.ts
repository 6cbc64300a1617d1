import { z } from "zod";
import { notAudited } from "#lib/core/audit.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { lookAtLink } from "#lib/core/links.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { allowedReturn } from "#lib/core/return-to.ts";
import { linkBudget, linkInput, linkOwner, userOfMailedLink } from "../mailed-links.ts";
import { passwordRules, rulesIn } from "../passwords/policy.ts";
import { returnTo } from "./request.ts";

/** Looks at a link from a mail without using it up. */
export const checkReset = defineOperation({
  name: "password_resets.check",
  summary: "Ask whether a link to a new password is still good",
  route: "POST /password-resets/check",
  allow: "anyone",
  idempotencyKey: true,
  limit: linkBudget,
  input: linkInput,
  output: z.object({
    user: linkOwner.nullable().meta({ description: "Whose password it is; null when the link is used up or too old" }),
    expiresAt: instant.nullable(),
    rules: passwordRules.nullable().meta({ description: "What the new password has to keep" }),
    returnTo,
  }),
  audit: notAudited,

  async run({ tx }, { link }) {
    const found = await lookAtLink(tx, "reset", link);
    if (!found) return nobodys;
    const user = await userOfMailedLink(tx, found.userId);
    if (user.email !== found.data.email) return nobodys;
    const rules = await rulesIn(tx, user.accountId);
    return { user, rules, expiresAt: wire(found.expiresAt), returnTo: allowedReturn(found.data.returnTo) ?? null };
  },
});

const nobodys = { user: null, expiresAt: null, rules: null, returnTo: null };
