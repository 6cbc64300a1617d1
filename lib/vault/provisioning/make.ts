import { and, eq, sql } from "drizzle-orm";
import { primary, transaction } from "#db/client.ts";
import { serviceCredentials } from "#db/schema/vault.ts";
import { enqueue } from "#lib/core/jobs.ts";
import { patience } from "#lib/core/net/egress.ts";
import type { EgressPolicy } from "#lib/core/net/egress-policy.ts";
import { sealCredential } from "../service-credentials/sealed.ts";
import { make } from "./adapters.ts";
import {
  type ClaimedCredential,
  type CredentialRow,
  idOfOrder,
  noError,
  provisioningTargetOf,
  recordFailure,
} from "./claimed.ts";
import { type ProvisioningJob, type Withdrawal, withdrawKept, withdrawQueue } from "./queue.ts";
import { claimCredential, leaseMs } from "./take.ts";
import type { IssuedSecret, Order, ProvisioningTarget } from "./target.ts";

/**
 * Has the secret of one service credential made, and keeps it; says in its row why that failed. Fails at once while
 * another worker is at it, and does nothing where it was made by then.
 */
export async function makeOne(making: ProvisioningJob, policy: EgressPolicy): Promise<void> {
  const until = Date.now() + leaseMs - patience;
  const found = await transaction((tx) => claimCredential(tx, making));
  if (!found) return;
  const { credential, integration } = found;
  const desk = { ...(await provisioningTargetOf(integration)), until };
  const made = await make(desk, orderFor(found), policy).catch((error) => giveBack(credential, error));
  if (!(await keep(credential, made, desk))) await revokeOrphan(found, made);
}

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

/** Lets others ask again; that it may have been made all the same is remembered. */
async function giveBack(credential: CredentialRow, error: unknown): Promise<never> {
  await primary().update(serviceCredentials).set({ askedUntil: sql`now()` }).where(asRead(credential));
  return recordFailure(asRead(credential), error);
}
