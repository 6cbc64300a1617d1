import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { serviceCredentials } from "#db/schema/vault.ts";
import { enqueue } from "#lib/core/jobs.ts";
import { makeQueue, making, type ProvisioningJob, withdrawOfIntegration, withdrawThese } from "./queue.ts";

/**
 * Asks at once for what an integration could not make or withdraw yet, or had to wait with while its hook was paused.
 */
export async function retry(tx: Db, integrationId: string): Promise<void> {
  const here = and(eq(serviceCredentials.integrationId, integrationId), isNotNull(serviceCredentials.trouble));
  const withdrawing = and(here, eq(serviceCredentials.state, "withdrawing"));
  const gone = await tx.select({ id: serviceCredentials.id }).from(serviceCredentials).where(withdrawing);
  if (gone.length)
    await withdrawThese(
      tx,
      gone.map(({ id }) => id),
    );
  const { rows } = await tx.execute<ProvisioningJob>(sql`
    select ${making} from service_credentials
    where integration_id = ${integrationId} and (state = 'pending' or trouble is not null and state <> 'withdrawing')`);
  for (const one of rows) await enqueue<ProvisioningJob>(tx, makeQueue, one);
}

/**
 * Withdraws what an integration made where it was until now, and has all of it made anew where it is to be after this
 * transaction: what one system calls a token is another's at the next one.
 */
export async function migrateCredentials(tx: Db, integrationId: string): Promise<void> {
  await withdrawOfIntegration(tx, integrationId);
  await tx.execute(sql`
    delete from service_credentials where integration_id = ${integrationId} and state = 'withdrawing'`);
  const { rows } = await tx.execute<ProvisioningJob>(sql`
    update service_credentials
    set state = 'pending', sealed_secret = null, external_id = null, asked_until = null, trouble = null, troubled_at = null,
      version = version + 1, modified_at = now()
    where integration_id = ${integrationId} returning ${making}`);
  for (const one of rows) await enqueue<ProvisioningJob>(tx, makeQueue, one);
}
