import { closePools, openPools } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { overrideJob } from "#lib/access/over/override-notices.ts";
import { scopes } from "#lib/access/scopes/catalogue.ts";
import { type FirstAccount, prepareFirstAccount } from "#lib/accounts/setup.ts";
import { sealJob } from "#lib/audit/chain.ts";
import { verifyJob } from "#lib/audit/verify.ts";
import { flush } from "#lib/core/audit-dedupe.ts";
import { startJobs, stopJobs } from "#lib/core/jobs.ts";
import { log } from "#lib/core/log.ts";
import { mailJob } from "#lib/core/mail/queue.ts";
import { checkUpJob } from "#lib/notifications/check-ups.ts";
import { noticeJob } from "#lib/notifications/deliver.ts";
import { foldJob } from "#lib/notifications/folding.ts";
import { reminderJob } from "#lib/notifications/reminders.ts";
import { webhookJob } from "#lib/notifications/webhook/calls.ts";
import { webhookTroubleJob } from "#lib/notifications/webhook/trouble.ts";
import { deletionJob } from "#lib/people/deletion/execute.ts";
import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { writeUsage } from "#lib/tokens/usage/record.ts";
import { provisioningJobs } from "#lib/vault/provisioning/jobs.ts";
import { housekeeping } from "./housekeeping.ts";
import { developer, fillEmptyPortal } from "./made-up.ts";

/** Throws `BadSetting` when a file that the settings name cannot be used. */
export function checkPortal(): void {
  scopes();
}

/** Brings the database up to date and everything behind the transports to life, for this process. */
export async function openPortal(urls: { url: string; readUrl: string }): Promise<FirstAccount> {
  await migrate(urls.url);
  openPools(urls);
  const first = await prepareFirstAccount(developer());
  // The queue of what is given up comes before the one that gives up.
  const told = [mailJob, noticeJob, foldJob, webhookTroubleJob, webhookJob, resetJob];
  await startJobs([
    ...told,
    reminderJob,
    checkUpJob,
    deletionJob,
    housekeeping,
    overrideJob,
    sealJob,
    verifyJob,
    ...provisioningJobs,
  ]);
  await fillEmptyPortal(urls.url, first).catch((err) =>
    log().warn({ err }, "Not everything could be made up: remove DATA_DIR to begin again."),
  );
  return first;
}

/** Finishes what is under way and lets go of the database. */
export async function closePortal(): Promise<void> {
  // Last uses may be news to somebody, for which the queue has to be open.
  await writeUsage();
  await flush(Date.now());
  await stopJobs();
  await closePools();
}
