import { and, eq, type SQL, sql } from "drizzle-orm";
import { enqueue, type Job } from "./core/jobs.ts";
import { publiclyOrOpened, type Reach, Unreachable } from "./core/outbound.ts";
import { primary, transaction } from "./db/index.ts";
import { integrations, serviceCredentials } from "./db/schema/secrets.ts";
import { users } from "./db/schema.ts";
import { openAdapterSecret } from "./integrations/sealed.ts";
import { type Desk, type Made, make, NotDone, type Order, withdraw } from "./provisioning/adapters.ts";
import { demandMatch } from "./provisioning/match.ts";
import {
  type Making,
  type Matching,
  makeQueue,
  matchQueue,
  type Withdrawal,
  withdrawQueue,
  withdrawThese,
} from "./provisioning/queue.ts";
import { sealCredential } from "./service-credentials/sealed.ts";

/** Matches what automatic integrations made with who has access, whenever that changes. */
export const matchJob: Job<Matching> = { ...matchQueue, work: demandMatch };

/** Makes secrets, and makes them anew; what fails is tried again for hours, longer and longer apart. */
export const makeJob: Job<Making> = { ...makeQueue, work: (making) => makeOne(making, publiclyOrOpened) };

/** Ends what was made. */
export const withdrawJob: Job<Withdrawal> = { ...withdrawQueue, work: (one) => withdrawOne(one, publiclyOrOpened) };

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

/** Has the secret of one service credential made, and keeps it; says in its row why that failed. */
export async function makeOne({ credentialId, accountId }: Making, reach: Reach): Promise<void> {
  const found = await read(credentialId, accountId);
  if (!found) return;
  const { credential, desk, order } = found;
  const made = await make(desk, order, reach).catch((error) =>
    noteTrouble(eq(serviceCredentials.id, credential.id), error),
  );
  if (await keep(credential, made, desk)) return;
  // Withdrawn, deleted or made by another process in the meantime: this one is nobody's.
  await withdraw(desk, { ...order, action: "withdraw", credential: { ...order.credential, ...made } }, reach);
}

async function read(credentialId: string, accountId: string) {
  const here = and(eq(serviceCredentials.id, credentialId), eq(serviceCredentials.accountId, accountId));
  const [row] = await primary()
    .select({ credential: serviceCredentials, integration: integrations, user: users })
    .from(serviceCredentials)
    .innerJoin(integrations, eq(integrations.id, serviceCredentials.integrationId))
    .innerJoin(users, eq(users.id, serviceCredentials.userId))
    .where(here);
  const { credential, integration, user } = row ?? {};
  if (!credential || !user || credential.state === "withdrawing") return undefined;
  if (!integration?.adapter || !integration.adapterUrl || !integration.sealedAdapterSecret) return undefined;
  const secret = await openAdapterSecret(primary(), integration, integration.id, integration.sealedAdapterSecret);
  const desk: Desk = { adapter: integration.adapter, url: integration.adapterUrl, secret };
  return { credential, desk, order: orderFor(credential, integration, user) };
}

type Row = typeof serviceCredentials.$inferSelect;

function orderFor(credential: Row, { id, name }: { id: string; name: string }, user: Order["user"]): Order {
  const { externalId, username, rotatedAt } = credential;
  return {
    id: `${credential.id}.${rotatedAt?.getTime() ?? 0}`,
    action: externalId ? "rotate" : "create",
    integration: { id, name },
    user: { id: user.id, username: user.username, email: user.email, fullName: user.fullName },
    credential: { id: credential.id, externalId, username },
  };
}

/** Keeps what was made, unless the row was changed since it was read. What it takes the place of is ended after that. */
const keep = ({ id, accountId, version }: Row, { secret, ...made }: Made, { adapter }: Desk): Promise<boolean> =>
  transaction(async (tx) => {
    const asRead = and(eq(serviceCredentials.id, id), eq(serviceCredentials.version, version));
    const [row] = await tx.select({ id: serviceCredentials.id }).from(serviceCredentials).where(asRead).for("update");
    if (!row) return false;
    if (adapter !== "hook") await withdrawThese(tx, [id]);
    const sealedSecret = await sealCredential(tx, { accountId }, id, secret);
    const changed = { version: version + 1, rotatedAt: sql`now()`, modifiedAt: sql`now()` };
    const asNew = { testedAt: null, testResult: null, state: "ready", trouble: null } as const;
    await tx
      .update(serviceCredentials)
      .set({ ...made, ...changed, ...asNew, sealedSecret })
      .where(asRead);
    return true;
  });

const wordsFor = (error: unknown) =>
  error instanceof NotDone || error instanceof Unreachable ? error.message : "It could not be reached.";

/** Says in the row why it did not work; the job fails all the same, and is tried again. */
async function noteTrouble(which: SQL | undefined, error: unknown): Promise<never> {
  const state = sql`case when ${serviceCredentials.sealedSecret} is null and ${serviceCredentials.state} = 'pending'
    then 'failed' else ${serviceCredentials.state} end`;
  await primary()
    .update(serviceCredentials)
    .set({ trouble: wordsFor(error), state })
    .where(which);
  throw error;
}

/** Has the system end what it made, then forgets the row, if there still is one. */
export async function withdrawOne(one: Withdrawal, reach: Reach): Promise<void> {
  const sealed = Buffer.from(one.sealedAdapterSecret, "base64");
  const secret = await openAdapterSecret(primary(), one, one.integrationId, sealed);
  const desk: Desk = { adapter: one.adapter, url: one.adapterUrl, secret };
  const order: Order = {
    id: `${one.credentialId}.${one.externalId}.withdraw`.slice(0, 200),
    action: "withdraw",
    integration: { id: one.integrationId, name: one.integrationName },
    user: one.user,
    credential: { id: one.credentialId, externalId: one.externalId, username: one.username },
  };
  // The row may hold what took its place by now, which is not concerned.
  const row = and(eq(serviceCredentials.id, one.credentialId), eq(serviceCredentials.externalId, one.externalId));
  await withdraw(desk, order, reach).catch((error) => noteTrouble(row, error));
  await primary()
    .delete(serviceCredentials)
    .where(and(row, eq(serviceCredentials.state, "withdrawing")));
}

/** What automatic integrations need to be done in the background. */
export const provisioningJobs: Job[] = [matchJob, makeJob, withdrawJob, sweepJob] as Job[];
