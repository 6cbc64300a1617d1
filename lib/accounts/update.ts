import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "#db/schema/accounts.ts";
import { badField, conflict, notFound, Refusal } from "#lib/core/errors.ts";
import { accountId, name } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { assertVersion, version } from "#lib/core/version.ts";
import { deleteRetrievable } from "#lib/tokens/retrievable-secret.ts";
import { location, presentAccount, wireAccount } from "./account.ts";
import { policyInput, tightenMachines, tightenSessions } from "./policies.ts";

const locations = z.array(location).min(1, "Name at least one.").max(50, "Name at most 50.");

/**
 * Changes the account; what is left out stays. Shorter sessions are cut down at once, and what programs may no longer
 * hold ends. Refuses `version_conflict`, and to switch the own account off or on: that is for one that manages it.
 */
export const updateAccount = defineOperation({
  name: "accounts.update",
  summary: "Change an account and its policies",
  route: "PATCH /accounts/{accountId}",
  allow: "update:account",
  stepUp: "always",
  input: z
    .strictObject({
      accountId,
      name: name(100).optional().meta({ description: "The company's or team's name" }),
      active: z
        .boolean()
        .optional()
        .meta({ description: "Nobody of an inactive account can sign in; only one that manages it may say" }),
      locations: locations.optional().meta({ description: "Where its data may live" }),
      defaultLocation: location.optional().meta({ description: "One of `locations`" }),
      ...policyInput,
      version,
    })
    .meta({ examples: [{ mfaRequired: true, mfaGraceDays: 7 }] }),
  output: wireAccount,
  audit: ({ input: { accountId: _, version, ...changes }, output }) => ({ target: output.id, details: { changes } }),

  async run({ actor, tx, tenant }, { accountId: _, version, ...changes }) {
    const [account] = await tx.select().from(accounts).where(eq(accounts.id, tenant.accountId)).for("no key update");
    if (!account) throw notFound("account");
    assertVersion(version, account.version, "The account");
    if (changes.active !== undefined) requireManagedAccount(tenant);
    if (!account.active && !changes.active) throw new Refusal("account_inactive");
    const wanted = { ...account, ...changes };
    assertDefaultLocation(wanted);
    const grown = { version: sql`${accounts.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
    const [changed] = await tx
      .update(accounts)
      .set({ ...changes, ...grown })
      .where(eq(accounts.id, tenant.accountId))
      .returning();
    if (!changed) throw notFound("account");
    await tightenSessions(tx, tenant.accountId, changed);
    await tightenMachines(tx, tenant.accountId, changed);
    if (!changed.tokensRetrievable) await deleteRetrievable(tx, tenant.accountId);
    return presentAccount(changed);
  },
});

function requireManagedAccount({ rights }: Tenant) {
  if (!rights) throw conflict("Your own account is switched off and on by one that manages it.");
}

function assertDefaultLocation({ locations, defaultLocation }: { locations: string[]; defaultLocation: string }) {
  if (locations.includes(defaultLocation)) return;
  throw badField("defaultLocation", "not_a_location", "Choose one of the locations of the account.");
}
