import { eq, inArray, sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accessKeys, apiUserSecrets } from "#db/schema/machines.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { requireRightsOver } from "../over/rights-over.ts";
import { tenantFor } from "../principal/tenant-for.ts";
import { endKeys } from "./ending.ts";
import type { Issued } from "./issued-credentials.ts";
import { notifyEnd, notifyKeyEnd } from "./notices.ts";

type Requester = Grantor & { caller: Caller };

/**
 * Ends what a change of rights outgrew, and what was opened with it; holders of keys and makers of secrets are told.
 * `gainers` are the holders who gained something. Refuses `privilege_escalation`, at `/endSecretsOf`, to whoever does
 * not hold all that the holders do.
 */
export async function endOutgrown(by: Requester, issued: Issued[], gainers: Set<string>): Promise<void> {
  await requireMayEnd(by, issued);
  const [keys, secrets] = [issued.filter(isKey), issued.filter((one) => !isKey(one))];
  await endTheseKeys(by, keys, gainers);
  for (const secret of secrets) await endSecret(inAccountOf(by, secret), secret, gainers);
}

const isKey = ({ kind }: Issued) => kind === "access_key";

/** One may end one's own, and what others hold who hold no more. */
async function requireMayEnd(by: Requester, issued: Issued[]): Promise<void> {
  const others = issued.filter(({ holderId }) => holderId !== by.actor.id);
  for (const accountId of new Set(others.map((one) => one.accountId))) {
    const holders = others.filter((one) => one.accountId === accountId).map(({ holderId }) => holderId);
    await asSystem(by.tx, (tx) => requireRightsOverAll({ ...by, tx }, accountId, holders));
  }
}

async function requireRightsOverAll(by: Requester, accountId: string, holders: string[]): Promise<void> {
  const tenant = accountId === by.tenant.accountId ? by.tenant : await tenantFor(by.tx, accountId, by.actor.accountId);
  if (!tenant) throw atField("Some of them are in an account that yours does not manage. Keep them.");
  const people = sql`select unnest(${sql.param(holders)}::uuid[])`;
  await requireRightsOver({ ...by, tenant }, people, "everything").catch((error) => {
    throw error instanceof Refusal ? atField(error.message) : error;
  });
}

const atField = (message: string) =>
  new Refusal("privilege_escalation", message, {
    errors: [{ pointer: "/endSecretsOf", code: "privilege_escalation", message }],
  });

/** Why it ended, for the record. */
const reasonOf = ({ kind, holderId }: Issued, gainers: Set<string>) => {
  if (!gainers.has(holderId)) return "its maker may do less than before";
  return `its maker holds less than its ${kind === "access_key" ? "person" : "API user"} now`;
};

const endTheseKeys = (by: Requester, keys: Issued[], gainers: Set<string>) =>
  asSystem(by.tx, async (tx) => {
    if (!keys.length) return;
    const gone = await endKeys(tx, inArray(accessKeys.id, idsOf(keys)));
    for (const key of keys.filter(({ id }) => gone.some((one) => one.id === id))) {
      const details = { userId: key.holderId, reason: reasonOf(key, gainers) };
      await recordChange(tx, "access_keys.delete", inAccountOf(by, key), { target: key.id, details });
      await notifyKeyEnd(tx, key, gainers.has(key.holderId));
    }
  });

const idsOf = (issued: Issued[]) => issued.map(({ id }) => id);

/** They end in the order of their ids, so that two who end some do not wait for each other. */
const endSecret = (by: Requester, secret: Issued, gainers: Set<string>) =>
  asSystem(by.tx, async (tx: Db) => {
    const { id, name: login, holderId, makerId } = secret;
    await notifyEnd({ ...by, tx }, { id: holderId, login }, makerId);
    await tx.delete(apiUserSecrets).where(eq(apiUserSecrets.id, id));
    const details = { droppedSecret: id, reason: reasonOf(secret, gainers) };
    await recordChange(tx, "api_users.drop_secret", by, { target: holderId, details });
  });

/** What somebody does is on record where it happens. */
const inAccountOf = (by: Requester, { accountId }: Issued): Requester =>
  accountId === by.tenant.accountId
    ? by
    : { ...by, tenant: { accountId, rights: null, visibleAccountIds: [accountId] } };
