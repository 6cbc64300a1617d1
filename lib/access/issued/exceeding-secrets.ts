import { and, eq, inArray } from "drizzle-orm";
import { asSystem } from "#db/client.ts";
import { apiUserSecrets, apiUsers } from "#db/schema/machines.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { notifyEnd } from "./notices.ts";
import { couldGrant, type Gains } from "./permission-diff.ts";

type Requester = Grantor & { caller: Caller };

/**
 * Ends the secrets of API users who gained what the secrets' makers could not give, and the tokens that were got with
 * them: who made one may have kept it. They end in the order of their ids, so that two who end some do not wait for
 * each other.
 */
export async function revokeExceedingSecrets(by: Requester, gains: Gains): Promise<void> {
  const { id, apiUserId, createdBy } = apiUserSecrets;
  const theirs = and(eq(apiUserSecrets.accountId, by.tenant.accountId), inArray(apiUserId, [...gains.keys()]));
  const secrets = await by.tx
    .select({ id, apiUserId, createdBy, login: apiUsers.login })
    .from(apiUserSecrets)
    .innerJoin(apiUsers, eq(apiUsers.id, apiUserId))
    .where(theirs)
    .orderBy(id);
  for (const secret of secrets) {
    const gain = gains.get(secret.apiUserId);
    if (gain && !(await couldGrant(by, secret.createdBy, gain))) await end(by, secret);
  }
}

type Secret = { id: string; apiUserId: string; createdBy: string | null; login: string };

async function end(by: Requester, { id, apiUserId, createdBy, login }: Secret) {
  const { tx } = by;
  await notifyEnd(by, { id: apiUserId, login }, createdBy);
  await tx.delete(apiUserSecrets).where(eq(apiUserSecrets.id, id));
  const details = { droppedSecret: id, reason: "its maker holds less than the API user now" };
  await asSystem(tx, (tx) => recordChange(tx, "api_users.drop_secret", by, { target: apiUserId, details }));
}
