import { type SQL, sql } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { Refusal } from "#lib/core/errors.ts";
import { mayIn } from "#lib/core/may-in.ts";
import type { Grantor } from "./grant-rules.ts";

/**
 * What one person, API user or group can come to hold in sum, over all roles and groups: different patterns; entries of
 * roles, where a pattern that three roles have counts three times; and ways to roles, where a role that three groups
 * give counts three times. Every verdict on somebody is about all of the patterns, and every request reads all of the
 * ways.
 */
export const maxHeld = { patterns: 2000, entries: 10_000, ways: 2000 };

type Size = Record<keyof typeof maxHeld, number>;
type Excess = Size & { id: string; name: string };

/**
 * Refuses `limit_reached` where one of these holds more than {@link maxHeld}, and more than before the transaction: who
 * did so already goes on, and can only come to hold less. Call it after a change, in a transaction that holds the
 * account. `who` is SQL for the ids of all people and API users whom the change may have given something.
 */
export async function assertBounded(by: Grantor, who: SQL): Promise<void> {
  if (!(await canExceed(by))) return;
  for (let after = lowest; ; ) {
    const ids = await idsAfter(by.tx, who, after);
    if (ids.length) await assertEachBounded(by, ids);
    if (ids.length < atOnce) return;
    after = ids.at(-1) ?? after;
  }
}

/** People looked at in one statement, which has two seconds. */
const atOnce = 10_000;
const lowest = "00000000-0000-0000-0000-000000000000";

async function idsAfter(tx: Db, who: SQL, after: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select distinct id from (${who}) as concerned(id) where id > ${after}::uuid order by id limit ${atOnce}`);
  return rows.map(({ id }) => id);
}

async function assertEachBounded(by: Grantor, ids: string[]): Promise<void> {
  const excesses = await excessesAmong(by.tx, ids);
  if (!excesses.length) return;
  // What is committed is what was there before: nobody else changes rights while the account is held.
  const already = await excessesAmong(
    primary(),
    excesses.map(({ id }) => id),
  );
  const before = new Map(already.map((excess) => [excess.id, excess]));
  const grown = excesses.filter((excess) => isMore(excess, before.get(excess.id)));
  const [first] = grown;
  if (first) throw tooMuch(namesOf(by, grown), first);
}

/**
 * Refuses `limit_reached` where a group holds more than {@link maxHeld}, and more than `before`: nobody could be in it.
 */
export async function assertGroupBounded({ tx }: Pick<Grantor, "tx">, groupId: string, before: Size): Promise<void> {
  const after = await sizeOfGroup(tx, groupId);
  if (isMore(after, before)) throw tooMuch("Everybody in this group", after);
}

/** How much a group holds. */
export async function sizeOfGroup(tx: Db, groupId: string): Promise<Size> {
  const { rows } = await tx.execute<Size>(sql`
    select ${sizes}, count(distinct r.id)::int as ways
    from group_roles g join roles r on r.id = g.role_id, jsonb_object_keys(r.permissions) pattern
    where g.group_id = ${groupId}`);
  return rows[0] ?? none;
}

const none: Size = { patterns: 0, entries: 0, ways: 0 };
const sizes = sql`count(distinct pattern)::int as patterns, count(*)::int as entries`;

/** Is there more than before of something that exceeds its limit? */
const isMore = (after: Size, before = none) =>
  (["patterns", "entries", "ways"] as const).some((what) => after[what] > maxHeld[what] && after[what] > before[what]);

/** Are there so many entries in the account that one holder could exceed a limit at all? */
async function canExceed({ tx, tenant }: Grantor): Promise<boolean> {
  const here = sql`(r.account_id = ${tenant.accountId} or r.account_id is null)`;
  const { rows } = await tx.execute<{ entries: number; ways: number }>(sql`
    select (select count(*) from (select from roles r, jsonb_object_keys(r.permissions)
        where ${here} limit ${maxHeld.patterns + 1}) as first)::int as entries,
      (select count(*) from (select from roles r where ${here} union all
        select from groups r join group_roles g on g.group_id = r.id
        where r.account_id = ${tenant.accountId} limit ${maxHeld.ways + 1}) as first)::int as ways`);
  const [all] = rows;
  return all !== undefined && (all.entries > maxHeld.patterns || all.ways > maxHeld.ways);
}

/**
 * Those of these people and API users who hold too much, most first: what a set of roles says is counted once for all
 * who hold it.
 */
async function excessesAmong(tx: Db, ids: string[]): Promise<Excess[]> {
  const { rows } = await tx.execute<Excess>(sql`
    with held as (select w.id, kind.* from unnest(${sql.param(ids)}::uuid[]) as w(id), lateral (
        select array_agg(distinct role_id order by role_id) as roles, count(*)::int as ways from (${rolesOf}) way) kind),
      counted as (select kind.roles, size.* from (select distinct roles from held) kind, lateral (
        select ${sizes} from roles r, jsonb_object_keys(r.permissions) pattern where r.id = any(kind.roles)) size)
    select held.id, coalesce(u.full_name, p.login, '') as name, patterns, entries, ways
    from counted join held using (roles) left join users u on u.id = held.id left join api_users p on p.id = held.id
    where patterns > ${maxHeld.patterns} or entries > ${maxHeld.entries} or ways > ${maxHeld.ways}
    order by patterns desc, entries desc, ways desc, name, held.id`);
  return rows;
}

const rolesOf = sql`
  select u.role_id from user_roles u where u.user_id = w.id
  union all
  select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = w.id
  union all
  select g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id where m.api_user_id = w.id`;

/** The first three by name, for whoever may list them. */
function namesOf({ actor, tenant }: Grantor, grown: Excess[]): string {
  const may = (needed: string) => mayIn(actor, tenant, needed);
  const named = may("list:user") && may("list:api_user") ? grown.slice(0, 3).map(({ name }) => name) : [];
  const others = grown.length - named.length;
  return [...named, ...(others ? [`${others} of those concerned`] : [])].join(", ");
}

function tooMuch(who: string, size: Size): Refusal {
  const [what, words, advice] = kinds.find(([what]) => size[what] > maxHeld[what]) ?? kinds[0];
  const [has, most] = [size[what], maxHeld[what]];
  const message = `${who} would hold ${has} ${words}, ${has - most} more than the ${most} there may be.`;
  return new Refusal("limit_reached", `${message} ${advice}`);
}

const fewer = "Take away what is not needed, or write patterns with *.";
const kinds = [
  ["patterns", "different permission patterns over all roles and groups", fewer],
  ["entries", "permission entries over all roles and groups", fewer],
  ["ways", "roles, each counted for every group that gives it", "Take away groups that give the same roles."],
] as const;
