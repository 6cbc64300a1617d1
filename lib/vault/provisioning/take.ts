import { and, eq, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import { type ClaimedCredential, isAutomatic } from "./claimed.ts";
import { isPaused } from "./paused.ts";
import { generationOf, type ProvisioningJob } from "./queue.ts";

/** How long one worker has a service credential in hand, in milliseconds; it asks for nothing in the last of these. */
export const leaseMs = 60_000;

/** Takes a service credential in hand, for nobody else to ask for meanwhile. Undefined where nothing is to be done. */
export async function claimCredential(
  tx: Db,
  { credentialId, accountId, round }: ProvisioningJob,
): Promise<ClaimedCredential | undefined> {
  const here = and(eq(serviceCredentials.id, credentialId), eq(serviceCredentials.accountId, accountId));
  const isTaken = sql<boolean>`coalesce(${serviceCredentials.askedUntil} > now(), false)`;
  const [row] = await tx
    .select({
      credential: serviceCredentials,
      integration: integrations,
      user: users,
      isTaken,
      round: generationOf(serviceCredentials.rotatedAt),
    })
    .from(serviceCredentials)
    .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
    .innerJoin(users, eq(users.id, serviceCredentials.userId))
    .where(here)
    .for("update", { of: serviceCredentials });
  if (!row || !isAutomatic(row.integration) || isPaused(row.integration)) return undefined;
  if (row.credential.state === "withdrawing" || row.round !== round) return undefined;
  if (row.isTaken) throw new Error("another worker is asking for it");
  const askedUntil = sql`now() + ${leaseMs} * interval '1 millisecond'`;
  const grown = { version: row.credential.version + 1 };
  await tx
    .update(serviceCredentials)
    .set({ ...grown, askedUntil })
    .where(here);
  return { credential: { ...row.credential, ...grown }, integration: row.integration, user: row.user, round };
}
