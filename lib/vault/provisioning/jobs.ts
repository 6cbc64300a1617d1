import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Db, primary, transaction } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { integrations, serviceCredentials } from "#db/schema/vault.ts";
import { enqueue, type Job } from "#lib/core/jobs.ts";
import { type EgressPolicy, patience, publicOrAllowlisted, Unreachable } from "#lib/core/net/egress.ts";
import { sealCredential } from "../service-credentials/sealed.ts";
import {
  type IssuedSecret,
  isSameTarget,
  make,
  NotDone,
  type Order,
  type ProvisioningTarget,
  withdraw,
} from "./adapters.ts";
import { reconcileAccess } from "./match.ts";
import { isPaused } from "./paused.ts";
import {
  generationOf,
  type Matching,
  makeQueue,
  matchQueue,
  type ProvisioningJob,
  type Withdrawal,
  withdrawKept,
  withdrawQueue,
} from "./queue.ts";
import { openAdapterSecret, openFormerSecret } from "./sealed.ts";

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

/**
 * Has the secret of one service credential made, and keeps it; says in its row why that failed. Fails at once while
 * another worker is at it, and does nothing where it was made by then.
 */
export async function makeOne(making: ProvisioningJob, policy: EgressPolicy): Promise<void> {
  const until = Date.now() + leaseMs - patience;
  const found = await transaction((tx) => take(tx, making));
  if (!found) return;
  const { credential, integration } = found;
  const desk = { ...(await provisioningTargetOf(integration)), until };
  const made = await make(desk, orderFor(found), policy).catch((error) => giveBack(credential, error));
  if (!(await keep(credential, made, desk))) await revokeOrphan(found, made);
}

/** How long one worker has a service credential in hand, in milliseconds; it asks for nothing in the last of these. */
const leaseMs = 60_000;

type CredentialRow = typeof serviceCredentials.$inferSelect;
type System = typeof integrations.$inferSelect & {
  adapter: ProvisioningTarget["adapter"];
  adapterUrl: string;
  sealedAdapterSecret: Buffer;
};
type ClaimedCredential = { credential: CredentialRow; integration: System; user: Order["user"]; round: string };

/** Takes a service credential in hand, for nobody else to ask for meanwhile. Undefined where nothing is to be done. */
async function take(
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

const isAutomatic = (system: typeof integrations.$inferSelect): system is System =>
  system.adapter !== null && system.adapterUrl !== null && system.sealedAdapterSecret !== null;

async function provisioningTargetOf(system: System): Promise<ProvisioningTarget> {
  const secret = await openAdapterSecret(primary(), system, system.id, system.sealedAdapterSecret);
  const { sealedFormerSecret: before } = system;
  const former = before ? await openFormerSecret(primary(), system, system.id, before) : undefined;
  return { adapter: system.adapter, url: system.adapterUrl, secret, former };
}

const idOfOrder = (credentialId: string, round: string) => `${credentialId}.${round}`;

function orderFor({ credential, integration: { id, name }, user, round }: ClaimedCredential): Order {
  const { externalId, username } = credential;
  return {
    id: idOfOrder(credential.id, round),
    action: externalId ? "rotate" : "create",
    integration: { id, name },
    user: { id: user.id, username: user.username, email: user.email, fullName: user.fullName },
    credential: { id: credential.id, externalId, username },
  };
}

const asRead = ({ id, version }: CredentialRow) =>
  and(eq(serviceCredentials.id, id), eq(serviceCredentials.version, version));

/**
 * Keeps what was made, unless the row was changed since it was read. What it takes the place of is ended after that.
 */
const keep = (
  row: CredentialRow,
  { secret, ...made }: IssuedSecret,
  { adapter }: ProvisioningTarget,
): Promise<boolean> =>
  transaction(async (tx) => {
    const { id, accountId, version } = row;
    const [held] = await tx
      .select({ id: serviceCredentials.id })
      .from(serviceCredentials)
      .where(asRead(row))
      .for("update");
    if (!held) return false;
    if (adapter !== "hook") await withdrawKept(tx, id);
    const sealedSecret = await sealCredential(tx, { accountId }, id, secret);
    const changed = { version: version + 1, rotatedAt: sql`now()`, modifiedAt: sql`now()` };
    const asNew = { testedAt: null, testResult: null, state: "ready", askedUntil: null, ...noError } as const;
    await tx
      .update(serviceCredentials)
      .set({ ...made, ...changed, ...asNew, sealedSecret })
      .where(asRead(row));
    return true;
  });

/**
 * Ends what was made for a row that is gone, or was made by another worker in the meantime. A hook answers the same
 * order alike to both: as long as there is a row, it is that one's.
 */
const revokeOrphan = (
  { credential, integration, user }: ClaimedCredential,
  { externalId, username }: IssuedSecret,
): Promise<void> =>
  transaction(async (tx) => {
    const [row] = await tx.select().from(serviceCredentials).where(eq(serviceCredentials.id, credential.id));
    const isKept = integration.adapter === "hook" ? row && row.state !== "withdrawing" : row?.externalId === externalId;
    if (isKept) return;
    await enqueue<Withdrawal>(tx, withdrawQueue, {
      accountId: integration.accountId,
      integrationId: integration.id,
      integrationName: integration.name,
      adapter: integration.adapter,
      adapterUrl: integration.adapterUrl,
      sealedAdapterSecret: integration.sealedAdapterSecret.toString("base64"),
      credentialId: credential.id,
      ...{ externalId, username, round: "" },
      user: { id: user.id, username: user.username, email: user.email, fullName: user.fullName },
    });
  });

const wordsFor = (error: unknown) =>
  error instanceof NotDone || error instanceof Unreachable ? error.message : "It could not be reached.";

const noError = { trouble: null, troubledAt: null };

/** Says in the row why it did not work; the job fails all the same, and is tried again. */
async function recordFailure(which: SQL | undefined, error: unknown): Promise<never> {
  const state = sql`case when ${serviceCredentials.sealedSecret} is null and ${serviceCredentials.state} = 'pending'
    then 'failed' else ${serviceCredentials.state} end`;
  const troubledAt = sql`coalesce(${serviceCredentials.troubledAt}, now())`;
  await primary()
    .update(serviceCredentials)
    .set({ trouble: wordsFor(error), troubledAt, state })
    .where(which);
  throw error;
}

/** Lets others ask again; that it may have been made all the same is remembered. */
async function giveBack(credential: CredentialRow, error: unknown): Promise<never> {
  await primary().update(serviceCredentials).set({ askedUntil: sql`now()` }).where(asRead(credential));
  return recordFailure(asRead(credential), error);
}

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

/** What automatic integrations need to be done in the background. */
export const provisioningJobs: Job[] = [matchJob, makeJob, withdrawJob, sweepJob] as Job[];
