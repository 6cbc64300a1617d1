import { type SQL, sql } from "drizzle-orm";
import type { Caller } from "#lib/core/actor.ts";
import { assertBounded } from "../granting/bound.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { revokeKeysOfDemotedIssuer } from "./demoted-issuer.ts";
import { revokeExceedingKeys } from "./exceeding-keys.ts";
import { revokeExceedingSecrets } from "./exceeding-secrets.ts";
import { gainsBy } from "./permission-diff.ts";

/**
 * Makes a change of rights, in a transaction that holds the account. What somebody made with which another signs in, an
 * access key or an API user's secret, does not open more by it than its maker could give (I-29): where its person or
 * API user gains what the maker does not hold, it ends. `who` is SQL for the ids of all whom the change may concern,
 * asked before it is made; nothing of anybody else is looked at. Refuses what {@link assertBounded} does. Access keys
 * that they made for others end as {@link revokeKeysOfDemotedIssuer} says.
 */
export async function revokeCredentialsExceedingIssuer<T>(
  by: Grantor & { caller: Caller },
  who: SQL,
  change: () => Promise<T>,
): Promise<T> {
  const ids = await withThingsOfOthers(by, who);
  const [result, gains] = await revokeKeysOfDemotedIssuer(by, who, () => gainsBy(by, ids, change));
  await assertBounded(by, who);
  if (!gains.size) return result;
  await revokeExceedingKeys(by, gains);
  await revokeExceedingSecrets(by, gains);
  return result;
}

async function withThingsOfOthers({ tx, tenant }: Grantor, who: SQL): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select k.user_id as id from access_keys k
      where k.account_id = ${tenant.accountId} and k.created_by is distinct from k.user_id and k.user_id in (${who})
    union
    select s.api_user_id from api_user_secrets s
      where s.account_id = ${tenant.accountId} and s.api_user_id in (${who})`);
  return rows.map(({ id }) => id);
}
