import { and, eq, inArray, sql } from "drizzle-orm";
import { asSystem } from "#db/client.ts";
import { accessKeys } from "#db/schema/machines.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { endKeys } from "./ending.ts";
import { couldGrant, type Gains } from "./permission-diff.ts";

type Requester = Grantor & { caller: Caller };

/**
 * Ends the access keys that others made for people who gained what their makers could not give. Their people are told.
 */
export async function revokeExceedingKeys(by: Requester, gains: Gains): Promise<void> {
  const ofOthers = sql`${accessKeys.createdBy} is distinct from ${accessKeys.userId}`;
  const keys = await by.tx
    .select({ id: accessKeys.id, userId: accessKeys.userId, createdBy: accessKeys.createdBy })
    .from(accessKeys)
    .where(and(eq(accessKeys.accountId, by.tenant.accountId), ofOthers, inArray(accessKeys.userId, [...gains.keys()])));
  const exceeding: string[] = [];
  for (const { id, userId, createdBy } of keys) {
    const gain = gains.get(userId);
    if (gain && !(await couldGrant(by, createdBy, gain))) exceeding.push(id);
  }
  if (exceeding.length) await end(by, exceeding);
}

async function end({ tx, ...by }: Requester, ids: string[]) {
  for (const { id, userId, label } of await endKeys(tx, inArray(accessKeys.id, ids))) {
    const note = { target: id, details: { userId, reason: "its maker holds less than its person now" } };
    await asSystem(tx, (tx) => recordChange(tx, "access_keys.delete", by, note));
    await queueNotice(tx, deletedNotice(userId, label || id));
  }
}

const deletedNotice = (userId: string, name: string): Notice => ({
  userId,
  event: "access_key_deleted",
  subject: "An access key of yours was deleted",
  paragraphs: [
    `You may do more than before, and more than whoever made the access key ${name} for you. So that nobody gets more by it than they were given, the key was deleted: the program that used it cannot sign in any more.`,
    "If it is still needed, have a new one made by somebody who may do all that you may.",
  ],
  button: { words: "Look at your access keys", path: "/access-keys" },
});
