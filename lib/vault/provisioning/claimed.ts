import { type SQL, sql } from "drizzle-orm";
import { primary } from "#db/client.ts";
import { type integrations, serviceCredentials } from "#db/schema/vault.ts";
import { Unreachable } from "#lib/core/net/egress-policy.ts";
import { openAdapterSecret, openFormerSecret } from "./sealed.ts";
import { NotDone, type Order, type ProvisioningTarget } from "./target.ts";

export type CredentialRow = typeof serviceCredentials.$inferSelect;

type System = typeof integrations.$inferSelect & {
  adapter: ProvisioningTarget["adapter"];
  adapterUrl: string;
  sealedAdapterSecret: Buffer;
};

export type ClaimedCredential = { credential: CredentialRow; integration: System; user: Order["user"]; round: string };

export const isAutomatic = (system: typeof integrations.$inferSelect): system is System =>
  system.adapter !== null && system.adapterUrl !== null && system.sealedAdapterSecret !== null;

export async function provisioningTargetOf(system: System): Promise<ProvisioningTarget> {
  const secret = await openAdapterSecret(primary(), system, system.id, system.sealedAdapterSecret);
  const { sealedFormerSecret: before } = system;
  const former = before ? await openFormerSecret(primary(), system, system.id, before) : undefined;
  return { adapter: system.adapter, url: system.adapterUrl, secret, former };
}

export const idOfOrder = (credentialId: string, round: string) => `${credentialId}.${round}`;

const wordsFor = (error: unknown) =>
  error instanceof NotDone || error instanceof Unreachable ? error.message : "It could not be reached.";

export const noError = { trouble: null, troubledAt: null };

/** Says in the row why it did not work; the job fails all the same, and is tried again. */
export async function recordFailure(which: SQL | undefined, error: unknown): Promise<never> {
  const state = sql`case when ${serviceCredentials.sealedSecret} is null and ${serviceCredentials.state} = 'pending'
    then 'failed' else ${serviceCredentials.state} end`;
  const troubledAt = sql`coalesce(${serviceCredentials.troubledAt}, now())`;
  await primary()
    .update(serviceCredentials)
    .set({ trouble: wordsFor(error), troubledAt, state })
    .where(which);
  throw error;
}
