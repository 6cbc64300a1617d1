import { eq } from "drizzle-orm";
import { primary, transaction } from "#db/client.ts";
import { integrations } from "#db/schema/vault.ts";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import { publicOrAllowlisted } from "#lib/core/net/egress-policy.ts";
import { makeOne } from "./make.ts";
import { reconcileAccess } from "./match.ts";
import { type Matching, makeQueue, matchQueue, type ProvisioningJob, type Withdrawal, withdrawQueue } from "./queue.ts";
import { withdrawOne } from "./withdraw.ts";

/** Matches what automatic integrations made with who has access, whenever that changes. */
export const matchJob: Job<Matching> = { ...matchQueue, work: reconcileAccess };

/** Each of these calls a system, which may take its time. */
const turns = { all: 40, part: 4 };

/** Makes secrets, and makes them anew; what fails is tried again for hours, longer and longer apart. */
const makeJob: Job<ProvisioningJob> = { ...makeQueue, turns, work: (making) => makeOne(making, publicOrAllowlisted) };

/** Ends what was made. */
const withdrawJob: Job<Withdrawal> = {
  ...withdrawQueue,
  turns,
  work: (one) => withdrawOne(one, publicOrAllowlisted),
};

/** Every ten minutes: what is due to be made anew, and whatever changed who has access without saying so. */
export const sweepJob: Job = { name: "provisioning-sweep", schedule: "*/10 * * * *", work: sweep };

async function sweep(): Promise<void> {
  const automatic = eq(integrations.mode, "automatic");
  const all = await primary()
    .select({ integrationId: integrations.id, accountId: integrations.accountId })
    .from(integrations)
    .where(automatic);
  for (const one of all) await transaction((tx) => enqueue<Matching>(tx, matchQueue, one));
}

/** What automatic integrations need to be done in the background. */
export const provisioningJobs: Job[] = [matchJob, makeJob, withdrawJob, sweepJob] as Job[];
