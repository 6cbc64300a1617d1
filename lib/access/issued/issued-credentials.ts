import { inArray, type SQL, sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accessKeys, apiUserSecrets } from "#db/schema/machines.ts";
import { Refusal } from "#lib/core/errors.ts";
import { requireOverUser } from "../over/rights-over.ts";
import { loadPrincipal, type Principal } from "../principal/load-principal.ts";
import { tenantFor } from "../principal/tenant-for.ts";
import { roleSetsOf } from "./permission-diff.ts";

/**
 * An access key or an API user's secret that somebody made with which another signs in. `name` is a key's label, or the
 * API user's login; `makerId` null: nobody knows any more who made it.
 */
export type Issued = {
  kind: "access_key" | "api_user_secret";
  id: string;
  accountId: string;
  name: string;
  holderId: string;
  makerId: string | null;
  isMarked: boolean;
};

/** What others made for these people and API users, and what these made for others, in any account, by their ids. */
export async function issuedAround(tx: Db, ids: string[]): Promise<Issued[]> {
  if (!ids.length) return [];
  const these = sql`${sql.param(ids)}::uuid[]`;
  const { rows } = await asSystem(tx, (tx) =>
    tx.execute<Issued>(sql`
      select 'access_key' as kind, k.id, k.account_id as "accountId", k.label as name, k.user_id as "holderId",
        k.created_by as "makerId", k.outgrown_at is not null as "isMarked"
      from access_keys k where k.created_by is distinct from k.user_id
        and (k.user_id = any(${these}) or k.created_by = any(${these}))
      union all
      select 'api_user_secret', s.id::text, s.account_id, u.login, s.api_user_id, s.created_by, s.outgrown_at is not null
      from api_user_secrets s join api_users u on u.id = s.api_user_id
      where s.api_user_id = any(${these}) or s.created_by = any(${these})
      order by 1, 2`),
  );
  return rows;
}

/**
 * Those of them that their makers could still make, as far as rights go: they hold all that it opens. Whoever is gone,
 * or is of an account that no longer manages that one, could not; nor, unless `whateverStatus`, whoever may not sign in
 * at present.
 */
export const coveredAmong = (tx: Db, issued: Issued[], whateverStatus = false): Promise<Set<Issued>> =>
  asSystem(tx, async (tx) => {
    const holdings = await roleSetsOf(tx, [...new Set(issued.map(({ holderId }) => holderId))]);
    const [makers, known] = [new Map<string, Principal | undefined>(), new Map<string, boolean>()];
    const covered = new Set<Issued>();
    for (const one of issued) {
      const { accountId, makerId, holderId } = one;
      if (!makerId) continue;
      // Makers make secrets for many API users of the same groups, which are looked at once.
      const kind = `${accountId} ${makerId} ${holdings.get(holderId)}`;
      if (!makers.has(makerId)) makers.set(makerId, await loadPrincipal(tx, makerId, whateverStatus));
      const isCovered = known.get(kind) ?? (await covers(tx, makers.get(makerId), one));
      known.set(kind, isCovered);
      if (isCovered) covered.add(one);
    }
    return covered;
  });

async function covers(tx: Db, maker: Principal | undefined, { accountId, holderId }: Issued): Promise<boolean> {
  const tenant = maker && (await tenantFor(tx, accountId, maker.accountId));
  if (!tenant) return false;
  return requireOverUser({ actor: maker, tenant, tx }, holderId).then(
    () => true,
    (refusal) => {
      if (refusal instanceof Refusal) return false;
      throw refusal;
    },
  );
}

/** Marks them as open to makers of fewer rights, until they are replaced or their makers hold as much again. */
export const markOutgrown = (tx: Db, issued: Issued[]): Promise<void> => setMark(tx, issued, sql`now()`);

/** Takes the mark from them. */
export const clearOutgrown = (tx: Db, issued: Issued[]): Promise<void> => setMark(tx, issued, sql`null`);

/** They are locked in the order of their ids, so that two who mark some of the same do not wait for each other. */
async function setMark(tx: Db, issued: Issued[], outgrownAt: SQL): Promise<void> {
  const ids = (kind: Issued["kind"]) => issued.filter((one) => one.kind === kind).map(({ id }) => id);
  const [keys, secrets] = [ids("access_key"), ids("api_user_secret")];
  await asSystem(tx, async (tx) => {
    for (const [table, these] of [
      [accessKeys, keys],
      [apiUserSecrets, secrets],
    ] as const) {
      if (!these.length) continue;
      await tx.select({ id: table.id }).from(table).where(inArray(table.id, these)).orderBy(table.id).for("update");
      await tx.update(table).set({ outgrownAt }).where(inArray(table.id, these));
    }
  });
}
