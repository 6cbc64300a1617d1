import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import { enqueue } from "#lib/core/jobs.ts";
import type { Db } from "#lib/db/index.ts";
import { integrations, serviceCredentials } from "#lib/db/schema/secrets.ts";
import { users } from "#lib/db/schema.ts";

/** What is to be matched with who has access: one integration, or every automatic one of an account. */
export type Matching = { accountId: string; integrationId?: string };

/** One service credential that is to be made, or made anew. */
export type Making = { credentialId: string; accountId: string };

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
  externalId: string;
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

async function withdraw(tx: Db, which: SQL): Promise<void> {
  const made = and(which, eq(integrations.mode, "automatic"), isNotNull(serviceCredentials.externalId));
  const rows = await tx
    .select({
      accountId: integrations.accountId,
      integrationId: integrations.id,
      integrationName: integrations.name,
      adapter: sql<Withdrawal["adapter"]>`${integrations.adapter}`,
      adapterUrl: sql<string>`${integrations.adapterUrl}`,
      sealedAdapterSecret: sql<string>`encode(${integrations.sealedAdapterSecret}, 'base64')`,
      credentialId: serviceCredentials.id,
      externalId: sql<string>`${serviceCredentials.externalId}`,
      username: serviceCredentials.username,
      user: { id: users.id, username: users.username, email: users.email, fullName: users.fullName },
    })
    .from(serviceCredentials)
    .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
    .innerJoin(users, eq(users.id, serviceCredentials.userId))
    .where(made);
  for (const row of rows) await enqueue<Withdrawal>(tx, withdrawQueue, row);
}
