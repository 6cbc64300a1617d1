import { eq } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { accountId } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { booleanQuery } from "./account.ts";
import {
  affected,
  machinesConcerned,
  none,
  oldPasswords,
  sessionsEnding,
  tokensOutliving,
  withoutFactor,
} from "./affected.ts";
import { policyInput } from "./policies.ts";

const { mfaGraceDays, passwordProfile, passwordMaxAgeDays, ...input } = policyInput;

const { sessionIdleMinutes, sessionMaxHours, tokenMaxDays, tokenUnusedDays, keysMayCreateKeys } = input;

/** Those that a query says as the body of a change does. */
const numbers = {
  mfaGraceDays,
  passwordProfile,
  passwordMaxAgeDays,
  sessionIdleMinutes,
  sessionMaxHours,
  tokenMaxDays,
  tokenUnusedDays,
  keysMayCreateKeys,
};

/**
 * Tells whom policies would concern before they are saved; what is left out stays as it is. What would become
 * stricter than now is looked at, and who could do more without having asked for it.
 */
export const previewPolicies = defineOperation({
  name: "accounts.preview_policies",
  summary: "Ask whom a change of policies would concern",
  route: "GET /accounts/{accountId}/policy-preview",
  allow: "get:account",
  input: z.strictObject({
    accountId,
    mfaRequired: booleanQuery.optional().meta({ description: "Everybody must sign in with a second factor" }),
    tokensMayLiveForever: booleanQuery.optional().meta({ description: "May a new token have no end?" }),
    tokenAddressesRequired: booleanQuery
      .optional()
      .meta({ description: "Tokens that may be used from anywhere are refused" }),
    tokensRetrievable: booleanQuery.optional().meta({ description: "Owners may copy the secrets of new tokens again" }),
    accessKeysAllowed: booleanQuery.optional().meta({ description: "Access keys sign in to AIMS" }),
    ...numbers,
  }),
  output: z.object({
    withoutFactor: affected.meta({ description: "People who would have to set up a second factor at sign-in" }),
    sessionsEnding: affected.meta({ description: "Sessions that would end at once" }),
    overdue: affected.meta({ description: "People who would have to choose a new password at sign-in" }),
    tokensOutliving: affected.meta({ description: "Tokens that live longer than a new one could; they go on" }),
    tokensUnused: affected.meta({ description: "Tokens that were not used for so long and would end at once" }),
    tokensOpen: affected.meta({ description: "Tokens that may be used from anywhere and would be refused at once" }),
    keysCreatingMore: affected.meta({ description: "Tokens that could create whatever their owners may give" }),
    copiesForgotten: affected.meta({ description: "Tokens whose secret could not be copied again" }),
    keysStopped: affected.meta({ description: "Access keys that could not sign in any more" }),
  }),

  async run({ tx, tenant }, { accountId: _, ...wanted }) {
    const [now] = await tx.select().from(accounts).where(eq(accounts.id, tenant.accountId));
    if (!now) throw new Error("an account that is acted in is there");
    const then = { ...now, ...wanted };
    const isLonger = then.tokenMaxDays < now.tokenMaxDays || (now.tokensMayLiveForever && !then.tokensMayLiveForever);
    const isShorter = then.sessionIdleMinutes < now.sessionIdleMinutes || then.sessionMaxHours < now.sessionMaxHours;
    const isAged = then.passwordMaxAgeDays !== null && then.passwordMaxAgeDays < (now.passwordMaxAgeDays ?? Infinity);
    return {
      withoutFactor: then.mfaRequired && !now.mfaRequired ? await withoutFactor(tx, now.id) : none,
      sessionsEnding: isShorter ? await sessionsEnding(tx, then) : none,
      overdue: isAged ? await oldPasswords(tx, now.id, then.passwordMaxAgeDays) : none,
      tokensOutliving: isLonger ? await tokensOutliving(tx, then) : none,
      ...(await machinesConcerned(tx, now, then)),
    };
  },
});
