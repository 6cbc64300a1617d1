import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import { enqueue } from "#lib/core/jobs.ts";

/** What is to be matched with who has access: one integration, or every automatic one of an account. */
export type Matching = { accountId: string; integrationId?: string };

/** One service credential that is to be made, or made anew: nothing is, once its `round` is over. */
export type ProvisioningJob = { credentialId: string; accountId: string; round: string };

/** What a {@link ProvisioningJob} is made of, in SQL. */
export const making = sql`id as "credentialId", account_id as "accountId", ${generationOf(sql`rotated_at`)} as "round"`;

/** What is to be withdrawn, with all that takes: its rows may be gone by then. */
export type Withdrawal = {
  accountId: string;
  integrationId: string;
  integrationName: string;
  adapter: "hook" | "gitea" | "gitlab";
  adapterUrl: string;
  /** Sealed under a data key of the account; base64. */
  sealedAdapterSecret: string;
  credentialId: string;
  /** null: whatever was made in this `round`, the answer to which was lost. */
  externalId: string | null;
  round: string;
  username: string;
  user: { id: string; username: string; email: string; fullName: string };
};

export const matchQueue = { name: "provisioning-match" };
export const makeQueue = { name: "provisioning-make" };
export const withdrawQueue = { name: "provisioning-withdraw" };

/** Who has access to something has changed: what is automatic there follows, in the transaction that caused it. */
export async function accessChanged(tx: Db, { accountId, integrationId }: Matching): Promise<void> {
  const here = and(eq(integrations.accountId, accountId), eq(integrations.mode, "automatic"));
  const one = integrationId ? eq(integrations.id, integrationId) : undefined;
  const [automatic] = await tx.select({ id: integrations.id }).from(integrations).where(and(here, one)).limit(1);
  if (automatic) await enqueue<Matching>(tx, matchQueue, { accountId, integrationId });
}

/** What was made for a person is withdrawn after they are gone, if the transaction that deletes them commits. */
export const withdrawOfUser = (tx: Db, userId: string): Promise<void> =>
  withdraw(tx, eq(serviceCredentials.userId, userId));

/** The same for everything that an integration made. */
export const withdrawOfIntegration = (tx: Db, integrationId: string): Promise<void> =>
  withdraw(tx, eq(serviceCredentials.integrationId, integrationId));

/** The same for these service credentials, whose rows may stay until that is done. */
export const withdrawThese = (tx: Db, ids: string[]): Promise<void> =>
  withdraw(tx, inArray(serviceCredentials.id, ids));

/** What was made, and whatever else may have been: that is looked for when nobody can be at it any more. */
async function withdraw(tx: Db, which: SQL): Promise<void> {
  for (const { askedUntil, ...row } of await madeOf(tx, which)) {
    if (row.externalId) await enqueue<Withdrawal>(tx, withdrawQueue, row);
    if (!askedUntil) continue;
    await enqueue<Withdrawal>(tx, withdrawQueue, { ...row, externalId: null }, undefined, askedUntil);
  }
}

/** Ends what is kept of a service credential, in whose place another one comes. */
export async function withdrawKept(tx: Db, id: string): Promise<void> {
  const [row] = await madeOf(tx, eq(serviceCredentials.id, id));
  if (!row?.externalId) return;
  const { askedUntil: _, ...one } = row;
  await enqueue<Withdrawal>(tx, withdrawQueue, one);
}

/** A credential as it was asked for: what is made in one round takes the place of what was made in the one before. */
export function generationOf(rotatedAt: SQL | typeof serviceCredentials.rotatedAt): SQL<string> {
  return sql<string>`coalesce(floor(extract(epoch from ${rotatedAt}) * 1000), 0)::bigint::text`;
}

const madeOf = (tx: Db, which: SQL) =>
  tx
    .select({
      accountId: integrations.accountId,
      integrationId: integrations.id,
      integrationName: integrations.name,
      adapter: sql<Withdrawal["adapter"]>`${integrations.adapter}`,
      adapterUrl: sql<string>`${integrations.adapterUrl}`,
      sealedAdapterSecret: sql<string>`encode(${integrations.sealedAdapterSecret}, 'base64')`,
      credentialId: serviceCredentials.id,
      externalId: serviceCredentials.externalId,
      round: generationOf(serviceCredentials.rotatedAt),
      askedUntil: serviceCredentials.askedUntil,
      username: serviceCredentials.username,
      user: { id: users.id, username: users.username, email: users.email, fullName: users.fullName },
    })
    .from(serviceCredentials)
    .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
    .innerJoin(users, eq(users.id, serviceCredentials.userId))
    .where(and(which, eq(integrations.mode, "automatic")));
