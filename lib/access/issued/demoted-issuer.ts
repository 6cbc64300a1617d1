import { and, inArray, type SQL, sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accessKeys } from "#db/schema/machines.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { requireOverUser } from "../over/over.ts";
import { loadPrincipal } from "../principal/load-principal.ts";
import { endKeys } from "./ending.ts";
import { tenantFor } from "./permission-diff.ts";

type Requester = Grantor & { caller: Caller };

/**
 * Makes a change of rights, and ends what access keys its people made for others, in any account, and could no longer
 * be given: whoever made a key may have kept its secret, and would get back by it what was just taken (I-29). A key
 * that was not theirs to give before either stays. `makers` is SQL for the ids of all whom the change may concern.
 */
export async function revokeKeysOfDemotedIssuer<T>(by: Requester, makers: SQL, change: () => Promise<T>): Promise<T> {
  const covered = await coveredOf(by.tx, await keysBy(by.tx, makers));
  const result = await change();
  const still = new Set((await coveredOf(by.tx, covered)).map(({ id }) => id));
  const lost = covered.filter(({ id }) => !still.has(id));
  if (lost.length) await end(by, lost);
  return result;
}

type Key = { id: string; accountId: string; userId: string; createdBy: string | null };

async function keysBy(tx: Db, makers: SQL): Promise<Key[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`select id from (${makers}) as maker(id)`);
  const ids = rows.map(({ id }) => id);
  if (!ids.length) return [];
  const { id, accountId, userId, createdBy } = accessKeys;
  const ofOthers = sql`${userId} <> ${createdBy} and ${createdBy} = any(${sql.param(ids)}::uuid[])`;
  return asSystem(tx, (tx) => tx.select({ id, accountId, userId, createdBy }).from(accessKeys).where(ofOthers));
}

/** Those of them that their makers would still get, as far as their rights go. */
async function coveredOf(tx: Db, keys: Key[]): Promise<Key[]> {
  const covered: Key[] = [];
  for (const key of keys) if (await asSystem(tx, (tx) => isCovered(tx, key))) covered.push(key);
  return covered;
}

async function isCovered(tx: Db, { accountId, userId, createdBy }: Key): Promise<boolean> {
  const maker = createdBy ? await loadPrincipal(tx, createdBy) : undefined;
  const tenant = maker && (await tenantFor(tx, accountId, maker.accountId));
  if (!tenant) return false;
  return requireOverUser({ actor: maker, tenant, tx }, userId).then(
    () => true,
    (refusal) => {
      if (refusal instanceof Refusal) return false;
      throw refusal;
    },
  );
}

const end = ({ tx, ...by }: Requester, lost: Key[]) =>
  asSystem(tx, async (tx) => {
    const ids = lost.map(({ id }) => id);
    for (const { id, userId, label } of await endKeys(tx, and(inArray(accessKeys.id, ids)))) {
      const accountId = lost.find((key) => key.id === id)?.accountId ?? by.tenant.accountId;
      const note = { target: id, details: { userId, reason: "its maker may do less than before" } };
      await recordChange(tx, "access_keys.delete", { ...by, tenant: { accountId } }, note);
      await queueNotice(tx, lessened(userId, label || id));
    }
  });

const lessened = (userId: string, name: string): Notice => ({
  userId,
  event: "access_key_deleted",
  subject: "An access key of yours was deleted",
  paragraphs: [
    `Whoever made the access key ${name} for you may do less than before, and less than you. They may know the key; so that nobody gets more by it than they hold, it was deleted: the program that used it cannot sign in any more.`,
    "If it is still needed, have a new one made by somebody who may do all that you may.",
  ],
  button: { words: "Look at your access keys", path: "/access-keys" },
});
