import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import type { Caller } from "#lib/core/actor.ts";
import { assertBounded } from "../granting/bound.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { endOutgrown } from "./end-outgrown.ts";
import { clearOutgrown, coveredAmong, type Issued, issuedAround, markOutgrown } from "./issued-credentials.ts";
import { type EndSecretsOf, type Outgrown, presentOutgrown } from "./outgrown.ts";
import { tellOutgrown } from "./outgrown-notices.ts";
import { gainersBy } from "./permission-diff.ts";

/**
 * Makes a change of rights, in a transaction that holds the account. Whoever made an access key or an API user's secret
 * may have kept it: one is outgrown where its holder gains by the change what its maker could not give, or its maker
 * loses what they could, also while they cannot sign in (I-29). Outgrown ones end where `endSecretsOf` says so; else
 * they go on, marked, and their makers and the administrators are told (I-82). A mark goes where the maker could give
 * all of it again. `who` is SQL for the ids of all whom the change may concern, asked before it is made; nothing of
 * anybody else is looked at. Refuses what {@link assertBounded} and {@link endOutgrown} do.
 */
export async function changeRights<T>(
  by: Grantor & { caller: Caller },
  { who, endSecretsOf }: { who: SQL; endSecretsOf: EndSecretsOf },
  change: () => Promise<T>,
): Promise<[T, Outgrown]> {
  const ids = await idsOf(by.tx, who);
  const issued = await issuedAround(by.tx, ids);
  const covered = await coveredAmong(by.tx, issued, true);
  const [result, gainers] = await gainersBy(by, holdersAmong(issued, ids), change);
  await assertBounded(by, who);
  const still = await coveredAmong(by.tx, issued);
  const byRights = await coveredAmong(by.tx, issued, true);
  const hasLost = (one: Issued) => covered.has(one) && !byRights.has(one);
  const outgrown = issued.filter((one) => hasLost(one) || (!still.has(one) && gainers.has(one.holderId)));
  const shown = await presentOutgrown(by, outgrown, endSecretsOf);
  if (endSecretsOf === "outgrown") await endOutgrown(by, outgrown, gainers);
  else await keep(by, outgrown);
  await clearOutgrown(
    by.tx,
    issued.filter((one) => one.isMarked && still.has(one)),
  );
  return [result, shown];
}

async function idsOf(tx: Db, who: SQL): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`select distinct id from (${who}) as concerned(id)`);
  return rows.map(({ id }) => id);
}

function holdersAmong(issued: Issued[], ids: string[]): string[] {
  const concerned = new Set(ids);
  return [...new Set(issued.map(({ holderId }) => holderId))].filter((id) => concerned.has(id));
}

/** What was marked before is known already: nobody is told of it again. */
async function keep(by: Grantor, outgrown: Issued[]): Promise<void> {
  const fresh = outgrown.filter(({ isMarked }) => !isMarked);
  if (!fresh.length) return;
  await markOutgrown(by.tx, fresh);
  await tellOutgrown(by, fresh);
}
