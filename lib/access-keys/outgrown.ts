import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { Refusal } from "#lib/core/errors.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import type { Place } from "#lib/core/place.ts";
import { beyond, type Db } from "#lib/db/index.ts";
import { accessKeys, accountRelations } from "#lib/db/schema.ts";
import type { Giver } from "#lib/roles/giving.ts";
import { standingOf } from "#lib/roles/standing.ts";
import { demandOver } from "#lib/users/over.ts";
import { endKeys } from "./ending.ts";

type By = Giver & { caller: Caller };

/**
 * After a change of rights in an account: ends the access keys that others made for these people, of the whole account
 * when none are named, and that open more now than their makers hold themselves (I-29). Their people are told. `who` is a
 * condition on `access_keys`.
 */
export async function endOutgrownKeys(by: By, who?: SQL): Promise<void> {
  const { tx, place } = by;
  const ofOthers = sql`${accessKeys.createdBy} is distinct from ${accessKeys.userId}`;
  const keys = await tx
    .select({ id: accessKeys.id, userId: accessKeys.userId, createdBy: accessKeys.createdBy })
    .from(accessKeys)
    .where(and(eq(accessKeys.accountId, place.accountId), ofOthers, who));
  const outgrown: string[] = [];
  for (const key of keys) if (!(await isHeldBy(tx, place.accountId, key))) outgrown.push(key.id);
  if (outgrown.length) await end(by, outgrown);
}

type Key = { userId: string; createdBy: string | null };

/** Would its maker still get it? */
async function isHeldBy(tx: Db, accountId: string, { userId, createdBy }: Key): Promise<boolean> {
  const maker = createdBy ? await standingOf(tx, createdBy) : undefined;
  const place = maker && (await placeFor(tx, accountId, maker.accountId));
  if (!place) return false;
  return demandOver({ actor: maker, place, tx }, userId).then(
    () => true,
    (refusal) => {
      if (refusal instanceof Refusal) return false;
      throw refusal;
    },
  );
}

/** The account as somebody of another one sees it; undefined when theirs does not manage it. */
async function placeFor(tx: Db, accountId: string, from: string): Promise<Place | undefined> {
  if (from === accountId) return { accountId, rights: null, reach: [accountId] };
  const { kind, managingId, managedId, rights } = accountRelations;
  const agreed = and(eq(kind, "managed"), eq(managingId, from), eq(managedId, accountId));
  const [relation] = await tx.select({ rights }).from(accountRelations).where(agreed);
  return relation && { accountId, rights: relation.rights, reach: [accountId] };
}

async function end({ tx, ...by }: By, ids: string[]) {
  for (const { id, userId, label } of await endKeys(tx, inArray(accessKeys.id, ids))) {
    const note = { target: id, details: { userId, reason: "its maker holds less than its person now" } };
    await beyond(tx, () => recordChange(tx, "access_keys.delete", by, note));
    await queueNotice(tx, outgrown(userId, label || id));
  }
}

const outgrown = (userId: string, name: string): Notice => ({
  userId,
  event: "access_key_deleted",
  subject: "An access key of yours was deleted",
  paragraphs: [
    `You may do more than before, and more than whoever made the access key ${name} for you. So that nobody gets more by it than they were given, the key was deleted: the program that used it cannot sign in any more.`,
    "If it is still needed, have a new one made by somebody who may do all that you may.",
  ],
  button: { words: "Look at your access keys", path: "/access-keys" },
});
