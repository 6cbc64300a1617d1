import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { directory, users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { line } from "#lib/core/fields.ts";
import { dayOrInstantInput } from "#lib/core/instants.ts";
import { canonicalName } from "#lib/core/limits.ts";
import type { Tenant } from "#lib/core/tenant.ts";

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const moment = (what: string) => dayOrInstantInput.optional().meta({ description: what, example: "2030-01-31" });

/** What the audit log can be filtered by. */
export const auditFilter = {
  actor: line(254)
    .optional()
    .meta({ description: "Who did it: an id, a username, a login, an e-mail address or a full name" }),
  action: z
    .string()
    .max(100)
    .regex(/^[a-z_]+(\.[a-z_]*)?$/, "Write an operation like users.create, or the part before its dot.")
    .optional()
    .meta({ description: "The operation, or the part before its dot for all that share it", example: "users.create" }),
  target: line(100)
    .transform((target) => (uuid.test(target) ? target.toLowerCase() : target))
    .optional()
    .meta({ description: "What it was done to: its id, or the username of a person" }),
  result: z.enum(["done", "refused"]).optional().meta({ description: "Only what was done, or only what was refused" }),
  from: moment("Nothing before this day in your time zone, or this instant"),
  until: moment("Nothing after this day in your time zone, or from this instant on"),
};

const filter = z.object(auditFilter);
export type AuditFilter = z.output<typeof filter>;

/** What a filter comes to: the indexes that lead there, and what else an entry must be like. */
export type ResolvedFilter = { tenant: Tenant; walks: Walk[]; conditions: SQL[] };

/** Down one index, for each of what `each` lists. */
type Walk = { each: SQL; where: SQL };

/**
 * An hour, in seconds: no transaction of the portal's lasts nearly as long, so that entries are dated in the order of
 * their ids up to it.
 */
const slack = 3600;

/** Finds the people, actions and ids that a filter speaks of, so that each list is a walk along an index. */
export async function resolveFilter(
  tx: Db,
  actor: Actor,
  tenant: Tenant,
  filter: AuditFilter,
): Promise<ResolvedFilter> {
  const targets = filter.target ? await thingsCalled(tx, tenant, filter.target) : [];
  const walks = await walksOf(tx, tenant, filter, targets);
  return { tenant, walks, conditions: [...what(filter, targets), ...(await when(tx, actor, filter)), ...how(filter)] };
}

const textArray = (texts: string[]) => sql`${sql.param(texts)}::text[]`;

/** By who did it, by what it was done to, by the action, or all that there is: the first that the filter names. */
async function walksOf(tx: Db, tenant: Tenant, { actor, action }: AuditFilter, targets: string[]): Promise<Walk[]> {
  const { accountId, actorAccountId, actorId, impersonatorId } = auditEntries;
  const reach = textArray(tenant.visibleAccountIds);
  const isHere = sql`(${accountId} = any(${reach}) or ${actorAccountId} = any(${reach}))`;
  if (actor) {
    const each = sql`unnest(${sql.param(await peopleCalled(tx, tenant, actor))}::uuid[]) person`;
    return [actorId, impersonatorId].map((who) => ({ each, where: sql`${who} = person and ${isHere}` }));
  }
  if (targets.length) {
    const thing = sql`unnest(${textArray(targets)}) thing`;
    return [{ each: thing, where: sql`${auditEntries.target} = thing and ${isHere}` }];
  }
  const each = sql`unnest(${reach}) account`;
  const abroad = { each, where: sql`${actorAccountId} = account and ${accountId} <> all(${reach})` };
  if (!action) return [{ each, where: sql`${accountId} = account` }, abroad];
  const known = sql`${each}, unnest(${textArray(await actionsLike(tx, tenant, action))}) known`;
  return [{ each: known, where: sql`${accountId} = account and ${auditEntries.action} = known` }, abroad];
}

/** The part of an action before its dot; undefined when it is one action by its whole name. */
const prefixOf = (action: string) => (/\.[a-z_]+$/.test(action) ? undefined : action.replace(/\.$/, ""));

function what({ actor, action }: AuditFilter, targets: string[]): SQL[] {
  const prefix = action && prefixOf(action);
  return [
    ...(actor && targets.length ? [sql`${auditEntries.target} = any(${textArray(targets)})`] : []),
    ...(prefix ? [sql`split_part(${auditEntries.action}, '.', 1) = ${prefix}`] : []),
    ...(action && !prefix ? [sql`${auditEntries.action} = ${action}`] : []),
  ];
}

// As a literal, or Postgres would not see that the index of refusals alone will do.
const how = ({ result }: AuditFilter) => (result ? [sql`${auditEntries.result} = ${sql.raw(`'${result}'`)}`] : []);

async function when(tx: Db, actor: Actor, { from, until }: AuditFilter): Promise<SQL[]> {
  const { id, at } = auditEntries;
  const begin = from === undefined ? undefined : await instantOf(tx, actor, from, 0);
  const end = until === undefined ? undefined : await instantOf(tx, actor, until, 1);
  return [
    ...(begin === undefined
      ? []
      : [sql`${at} >= to_timestamp(${begin}) and ${id} >= ${await firstIdAt(begin - slack)}`]),
    ...(end === undefined ? [] : [sql`${at} < to_timestamp(${end}) and ${id} < ${await firstIdAt(end + slack)}`]),
  ];
}

/** Seconds since 1970; of a day, its beginning where the person lives, or that of the next one. */
async function instantOf(tx: Db, { id }: Actor, moment: string, later: 0 | 1): Promise<number> {
  if (moment.length > 10) return Date.parse(moment) / 1000;
  const zone = sql`(select ${users.timeZone} from ${users} where ${users.id} = ${id})`;
  const day = sql`((${moment}::date + ${later}::int)::timestamp at time zone coalesce(${zone}, 'UTC'))`;
  const { rows } = await tx.execute<{ seconds: number }>(sql`select extract(epoch from ${day})::float8 as seconds`);
  return rows[0]?.seconds ?? 0;
}

/**
 * Whoever has this id or name. People of other accounts act here too, and so are looked for everywhere: what they did
 * is answered as far as it stands in this log, which tells nothing of whoever did nothing here.
 */
async function peopleCalled(tx: Db, { visibleAccountIds }: Tenant, actor: string): Promise<string[]> {
  if (uuid.test(actor)) return [actor];
  const name = canonicalName(actor);
  const named = await primary().execute<{ id: string }>(
    sql`select ${users.id} from ${users} where lower(${users.username}) = ${name}
      union select ${users.id} from ${users} where lower(${users.email}) = ${name}`,
  );
  const called = await tx.execute<{ id: string }>(
    sql`select ${directory.id} from ${directory}
      where ${directory.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and ${directory.nameKey} = ${actor.toLowerCase()} limit 100`,
  );
  // Logins are unique in an account only, so that those of others are none of this log's.
  const programs = await tx.execute<{ id: string }>(
    sql`select ${apiUsers.id} from ${apiUsers}
      where ${apiUsers.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and lower(${apiUsers.login}) = ${name}`,
  );
  return [...new Set([...named.rows, ...called.rows, ...programs.rows].map(({ id }) => id))];
}

/** What has this id, and whoever in a visible account has this username. */
async function thingsCalled(tx: Db, { visibleAccountIds }: Tenant, target: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select ${directory.id} from ${directory}
      where ${directory.accountId} = any(${sql.param(visibleAccountIds)}::text[]) and ${directory.usernameKey} = ${canonicalName(target)}`,
  );
  return [target, ...rows.map(({ id }) => id)];
}

/**
 * One action, or those on record with a prefix: one look into the index for each action there is, not for each entry.
 */
async function actionsLike(tx: Db, { visibleAccountIds }: Tenant, action: string): Promise<string[]> {
  const prefix = prefixOf(action);
  if (prefix === undefined) return [action];
  const next = (beyond: SQL) => sql`(select e.action from ${auditEntries} e where e.account_id = account and ${beyond}
    order by e.action limit 1)`;
  const { rows } = await tx.execute<{ action: string }>(sql`
    with recursive known(account, action) as (
      select account, ${next(sql`true`)} from unnest(${textArray(visibleAccountIds)}) account
      union all select account, ${next(sql`e.action > known.action`)} from known where known.action is not null
    ) select distinct action from known where split_part(action, '.', 1) = ${prefix}`);
  return rows.map(({ action }) => action);
}

/**
 * The first entry from which on everything happened at this instant or later, found by halves: entries are dated in the
 * order of their ids, but for the length of a transaction.
 */
async function firstIdAt(seconds: number): Promise<number> {
  const { rows } = await primary().execute<{ id: string }>(sql`
    with recursive half(low, high) as (
      select coalesce(min(id), 0), coalesce(max(id), 0) + 1 from ${auditEntries}
      union all
      select case when e.at < to_timestamp(${seconds}) then e.id + 1 else low end,
        case when e.at < to_timestamp(${seconds}) then high else middle end
      from (select low, high, (low + high) / 2 as middle from half where low < high) h,
        lateral (select id, at from ${auditEntries} where id >= middle order by id limit 1) e
    ) select low as id from half order by high - low limit 1`);
  return Number(rows[0]?.id ?? 0);
}

/**
 * The newest ids below one that fit, as one statement: down each index that leads there, as far as it takes, and then
 * the top of all these walks. One condition with `or` would have Postgres read everything there is.
 */
export function newestIds({ walks, conditions }: ResolvedFilter, count: number, below: number | null): SQL {
  const before = below === null ? sql`true` : sql`${auditEntries.id} < ${below}`;
  const fits = sql.join([before, ...conditions], sql` and `);
  const tops = walks.map(
    ({ each, where }) => sql`
      (select e.id from ${each}, lateral (select ${auditEntries.id} from ${auditEntries}
        where ${where} and ${fits} order by ${auditEntries.id} desc limit ${count}) e)`,
  );
  return sql`(select distinct id from (${sql.join(tops, sql` union all `)}) walked order by id desc limit ${count})`;
}
