import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import type { Actor } from "#lib/core/actor.ts";
import { line } from "#lib/core/fields.ts";
import { dayOrInstantInput } from "#lib/core/instants.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { when } from "./moments.ts";
import { actionsLike, peopleCalled, prefixOf, textArray, thingsCalled, uuidPattern } from "./search.ts";

export const moment = (what: string) => dayOrInstantInput.optional().meta({ description: what, example: "2030-01-31" });

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
    .transform((target) => (uuidPattern.test(target) ? target.toLowerCase() : target))
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

/** By who did it, by what it was done to, by the action, or all that there is: the first that the filter names. */
async function walksOf(tx: Db, tenant: Tenant, { actor, action }: AuditFilter, targets: string[]): Promise<Walk[]> {
  const { accountId, actorAccountId, actorId, impersonatorId } = auditEntries;
  const accountIds = textArray(tenant.visibleAccountIds);
  const isHere = sql`(${accountId} = any(${accountIds}) or ${actorAccountId} = any(${accountIds}))`;
  if (actor) {
    const each = sql`unnest(${sql.param(await peopleCalled(tx, tenant, actor))}::uuid[]) person`;
    return [actorId, impersonatorId].map((who) => ({ each, where: sql`${who} = person and ${isHere}` }));
  }
  if (targets.length) {
    const thing = sql`unnest(${textArray(targets)}) thing`;
    return [{ each: thing, where: sql`${auditEntries.target} = thing and ${isHere}` }];
  }
  const each = sql`unnest(${accountIds}) account`;
  const abroad = { each, where: sql`${actorAccountId} = account and ${accountId} <> all(${accountIds})` };
  if (!action) return [{ each, where: sql`${accountId} = account` }, abroad];
  const known = sql`${each}, unnest(${textArray(await actionsLike(tx, tenant, action))}) known`;
  return [{ each: known, where: sql`${accountId} = account and ${auditEntries.action} = known` }, abroad];
}

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
