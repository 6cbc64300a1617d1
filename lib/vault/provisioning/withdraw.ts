import { and, eq, sql } from "drizzle-orm";
import { primary } from "#db/client.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import { withdraw } from "./adapters.ts";
import { idOfOrder, isAutomatic, provisioningTargetOf, recordFailure } from "./claimed.ts";
import type { Withdrawal } from "./queue.ts";
import { openAdapterSecret } from "./sealed.ts";
import { isSameTarget, type Order, type ProvisioningTarget } from "./target.ts";

/** Has the system end what it made, then forgets the row, if there still is one. */
export async function withdrawOne(one: Withdrawal, policy: EgressPolicy): Promise<void> {
  const { credentialId, externalId } = one;
  const lost = idOfOrder(credentialId, one.round);
  const order: Order = {
    // Not the order's own, which a hook takes for a repeat of it.
    id: `${externalId ? idOfOrder(credentialId, externalId) : lost}.withdraw`.slice(0, 200),
    action: "withdraw",
    integration: { id: one.integrationId, name: one.integrationName },
    user: one.user,
    credential: { id: credentialId, externalId, username: one.username },
  };
  // The row may hold what took its place by now, which is not concerned.
  const same = sql`${serviceCredentials.externalId} is not distinct from ${externalId}`;
  const row = and(eq(serviceCredentials.id, credentialId), same);
  await withdraw(await currentProvisioningTarget(one), order, lost, policy).catch((error) => recordFailure(row, error));
  await primary()
    .delete(serviceCredentials)
    .where(and(row, eq(serviceCredentials.state, "withdrawing")));
}

/** Where it was made, with what is good there now: the integration's own secret, as long as it is at the same place. */
async function currentProvisioningTarget(one: Withdrawal): Promise<ProvisioningTarget> {
  const here = and(eq(integrations.id, one.integrationId), eq(integrations.accountId, one.accountId));
  const [system] = await primary().select().from(integrations).where(here);
  const isThere = system && isAutomatic(system) && isSameTarget(one.adapter, system.adapterUrl, one.adapterUrl);
  if (isThere) return provisioningTargetOf(system);
  const sealed = Buffer.from(one.sealedAdapterSecret, "base64");
  const secret = await openAdapterSecret(primary(), one, one.integrationId, sealed);
  return { adapter: one.adapter, url: one.adapterUrl, secret };
}
