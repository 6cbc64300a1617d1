import { inArray, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { roles } from "#db/schema/access.ts";
import type { PermissionMap } from "#db/schema/columns.ts";
import { everyPermission } from "#lib/core/catalogue.ts";
import { ownBaseline } from "#lib/core/permissions.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { holdersOf } from "../granting/grant-rules.ts";
import { type Bits, type CoveredBits, coverageOf, placesBeyond } from "./coverage.ts";

/**
 * How much is looked at: people; what all of them hold, a role counting once for each; the entries of all those roles.
 * How much is told: people by name, and of each so many permissions.
 */
export const maxPreview = { people: 1000, held: 20_000, entries: 50_000, named: 20, listed: 100 };

/** A role, with what it says and what it would say. */
type Change = { roleId: string; before: PermissionMap; after: PermissionMap };

/**
 * What a change does to its holders, by places in the list of permissions that it is about; `isCut` where some of them
 * were not looked at.
 */
type Effects = { needed: string[]; effects: Effect[]; isCut: boolean };

/** What a change of a role would do to those of its holders who are looked at. */
export async function effectsOf(tx: Db, tenant: Tenant, { roleId, before, after }: Change): Promise<Effects> {
  const kinds = await kindsOfHolders(tx, tenant, roleId);
  const needed = neededBy(tenant, before, after);
  const coverage = coverageOf(needed, tenant.accountId);
  const roles = await saidByRoles(tx, kinds, coverage);
  const known = kinds.filter((kind) => kind.roles.every((id) => roles.has(id)));
  const then = new Map(roles).set(roleId, coverage.of(after));
  const everybodys = coverage.of(ownBaseline.permissions);
  const heldBy = (ids: string[], said: Map<string, CoveredBits>) =>
    coverage.held([everybodys, ...ids.flatMap((id) => said.get(id) ?? [])]);
  const effects = known.map((kind) => effectOn(kind, heldBy(kind.roles, roles), heldBy(kind.roles, then)));
  return { needed, effects, isCut: known.length < kinds.length };
}

/**
 * People whose roles are the same, so that what changes for one changes for all; `more` where there are more of any
 * kind.
 */
type Kind = { roles: string[]; count: number; some: string[]; more: boolean };

async function kindsOfHolders(tx: Db, { accountId }: Tenant, roleId: string): Promise<Kind[]> {
  const { people, held, named } = maxPreview;
  const { rows } = await tx.execute<Kind>(sql`
    with holders as materialized (select distinct user_id from (${holdersOf(roleId, accountId)}) h limit ${people + 1}),
      each as (select u.user_id, u.role_id from holders join user_roles u using (user_id)
        union all select m.user_id, g.role_id from holders join group_members m using (user_id)
          join group_roles g using (group_id)
        union all select m.api_user_id, g.role_id from holders join api_user_groups m on m.api_user_id = holders.user_id
          join group_roles g using (group_id)),
      held as (select user_id, array_agg(distinct role_id::text) as roles from each group by user_id),
      kinds as (select roles, count(*)::int as count, sum(count(*)) over () > ${people} as many,
        to_json((array_agg(user_id order by user_id))[1:${sql.raw(String(named))}]) as some,
        sum(cardinality(roles)) over (order by count(*) desc, cardinality(roles), roles) as so_far,
        sum(cardinality(roles)) over () as in_all
        from held group by roles)
    select to_json(roles) as roles, count, "some", many or in_all > ${held} as more
    from kinds where so_far <= ${held} order by so_far`);
  return rows;
}

/**
 * All that operations here ask for. Entries that speak of nothing of that, as those of other services, stand for
 * themselves.
 */
function neededBy({ accountId }: Tenant, ...maps: PermissionMap[]): string[] {
  const every = everyPermission();
  const here = coverageOf(every, accountId);
  const patterns = maps.flatMap((permissions) => Object.keys(permissions));
  return [...new Set([...every, ...patterns.filter((pattern) => !here.hasUnder(pattern))])];
}

type Coverage = ReturnType<typeof coverageOf>;

/** Roles read at a time, so that others are answered in between. */
const atOnce = 20;

/** What the roles say that stand beside one another, those of the first kinds before others, until that is too much. */
async function saidByRoles(tx: Db, kinds: Kind[], coverage: Coverage): Promise<Map<string, CoveredBits>> {
  const ids = [...new Set(kinds.flatMap(({ roles }) => roles))];
  const said = new Map<string, CoveredBits>();
  for (let from = 0, entries = 0; from < ids.length && entries < maxPreview.entries; from += atOnce)
    for (const { id, permissions } of await readRoles(tx, ids.slice(from, from + atOnce))) {
      said.set(id, coverage.of(permissions));
      entries += Object.keys(permissions).length;
    }
  return said;
}

const readRoles = (tx: Db, ids: string[]) =>
  tx.select({ id: roles.id, permissions: roles.permissions }).from(roles).where(inArray(roles.id, ids));

/** `gains` and `loses` are places in the list of what is needed. */
type Effect = Kind & { gains: number[]; loses: number[] };

const effectOn = (kind: Kind, had: Bits, has: Bits): Effect => ({
  ...kind,
  gains: placesBeyond(has, had),
  loses: placesBeyond(had, has),
});

const isTouched = ({ gains, loses }: Effect) => gains.length + loses.length > 0;
const total = (effects: Effect[]) => effects.reduce((sum, { count }) => sum + count, 0);

/** How many hold the role, and how many of those who were looked at would gain or lose anything. */
export const countEffects = ({ effects, isCut }: Effects) => ({
  holders: Math.min(total(effects), maxPreview.people),
  more: isCut || effects.some(({ more }) => more),
  affected: Math.min(total(effects.filter(isTouched)), maxPreview.people),
});

/** How many gain and lose each permission that anybody does. */
export function countEach({ effects, needed }: Effects) {
  const changes = needed.map((permission) => ({ permission, gain: 0, lose: 0 }));
  const add = (count: number, places: number[], what: "gain" | "lose") => {
    for (const place of places) if (changes[place]) changes[place][what] += count;
  };
  for (const { count, gains, loses } of effects) {
    add(count, gains, "gain");
    add(count, loses, "lose");
  }
  return changes.filter(({ gain, lose }) => gain || lose);
}

/** What somebody gains and loses. */
export type Differences = { gains: string[]; loses: string[] };

/** The first of those affected, with what each gains and loses. */
export function namedBy({ effects, needed }: Effects): Map<string, Differences> {
  const words = (places: number[]) => places.slice(0, maxPreview.listed).map((place) => needed[place] ?? "");
  const touched = effects.filter(isTouched).slice(0, maxPreview.named);
  const all = touched.flatMap(({ some, gains, loses }) =>
    some.map((id) => [id, { gains: words(gains), loses: words(loses) }] as const),
  );
  return new Map(all.slice(0, maxPreview.named));
}
