import { and, eq, gte, ilike, inArray, isNull, lt, notInArray, or, sql } from "drizzle-orm";
import { z } from "zod";
import { auditEntries } from "#db/schema/audit.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { line, uuid } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { actionsOf, actionsSaying, type EntryKind, kinds } from "./words.ts";

const day = (what: string) =>
  z.iso
    .date()
    .refine((date) => date >= "0001", "The calendar begins with the year 1.")
    .optional()
    .meta({ description: what, example: "2030-01-31" });

/** What the log can be filtered by. */
export const logFilter = {
  kind: z.enum(kinds).optional().meta({ description: "Only what belongs to this" }),
  search: line(100).optional().meta({ description: "Part of what happened, of the address, or of the device" }),
  result: z.enum(["done", "refused"]).optional().meta({ description: "Only what was done, or only what was refused" }),
  from: day("The first day, in your time zone"),
  until: day("The last day, in your time zone"),
  token: uuid()
    .optional()
    .meta({ description: "Only what was done to one of your API tokens, and when it was refused" }),
};

const filterOf = z.object(logFilter);

export type LogFilter = z.output<typeof filterOf>;

export function logConditions(actor: Actor, { kind, search, result, from, until }: LogFilter) {
  return [
    kind && ofKind(kind),
    search ? saying(actor, search) : undefined,
    result && eq(auditEntries.result, result),
    from && gte(auditEntries.at, dayOf(actor, from, 0)),
    until && lt(auditEntries.at, dayOf(actor, until, 1)),
  ].filter((condition) => condition !== undefined && condition !== "");
}

/** What has no kind of its own is `other`, also what only reads. */
function ofKind(kind: EntryKind) {
  if (kind !== "other") return inArray(auditEntries.action, actionsOf(kind));
  const elsewhere = kinds.filter((other) => other !== "other").flatMap(actionsOf);
  return notInArray(auditEntries.action, elsewhere);
}

/** Where somebody else came from is theirs to know: it is not shown, and so not searched. */
function saying({ id }: Actor, search: string) {
  const part = containing(search);
  const actions = actionsSaying(search);
  const isOwn = and(eq(auditEntries.actorId, id), isNull(auditEntries.impersonatorId));
  return or(
    actions.length ? inArray(auditEntries.action, actions) : undefined,
    ilike(auditEntries.action, part),
    and(isOwn, or(ilike(auditEntries.address, part), ilike(auditEntries.agent, part))),
    sql`${auditEntries.details}::text ilike ${part}`,
  );
}

/** The beginning of a day where the person lives, or of the one after. */
const dayOf = ({ id }: Actor, day: string, later: number) => {
  const zone = sql`(select ${users.timeZone} from ${users} where ${users.id} = ${id})`;
  return sql`((${day}::date + ${later}::int)::timestamp at time zone ${zone})`;
};
