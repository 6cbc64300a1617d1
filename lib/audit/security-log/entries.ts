import { and, desc, eq, gte, ilike, inArray, isNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { instant, line, uuid, wire } from "#lib/core/fields.ts";
import { containing } from "#lib/core/like.ts";
import { type ProblemCode, problems } from "#lib/core/problems.ts";
import { actionsOf, actionsSaying, type EntryKind, kindOf, kinds, wordsFor } from "./words.ts";

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

/** Something that happened to a person's account. Where somebody else did it, from where is theirs to know. */
export const logEntry = z.object({
  id: z.int(),
  at: instant,
  action: z.string().meta({ description: "The operation", example: "password.change" }),
  kind: z.enum(kinds),
  words: z.string().meta({ description: "The same in words", example: "Password changed" }),
  result: z.enum(["done", "refused"]),
  reason: z.string().nullable().meta({ description: "Why it was refused" }),
  by: z.enum(["you", "somebody else", "nobody known"]),
  asYou: z.boolean().meta({ description: "Somebody else did it while acting as you" }),
  byUsername: z.string().nullable().meta({ description: "Who did it, if their name is known" }),
  via: z.string().nullable().meta({ description: "session or token; null where nobody was signed in" }),
  target: z.string().nullable().meta({ description: "The id of what it was done to" }),
  details: z.record(z.string(), z.unknown()).nullable(),
  address: z.string().nullable(),
  program: z.string().nullable().meta({ description: "The device in words", example: "Firefox on Linux" }),
  requestId: z.string().nullable(),
});

export type LogEntry = z.output<typeof logEntry>;

/** The entries of somebody's own log below an id, newest first. */
export async function entriesOf(db: Db, actor: Actor, filter: LogFilter, count: number, below?: number) {
  const narrowed = and(...conditions(actor, filter), below === undefined ? undefined : lt(auditEntries.id, below));
  // Two walks along two indexes: one condition with `or` would have Postgres read everything there is.
  const part = (whose: SQL) =>
    db
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(and(whose, narrowed))
      .orderBy(desc(auditEntries.id))
      .limit(count);
  const { token } = filter;
  const own = part(
    sql`${auditEntries.actorId} = ${actor.id} and ${token ? sql`${auditEntries.target} = ${token}` : true}`,
  );
  const onMe = part(sql`${auditEntries.target} = ${actor.id} and ${auditEntries.actorId} is distinct from ${actor.id}
    and ${token ? sql`${auditEntries.details} ->> 'token' = ${token}` : true}`);
  const found = unionAll(own, onMe).orderBy(sql`id desc`).limit(count).as("found");
  const rows = await db
    .select({ entry: auditEntries, username: users.username })
    .from(found)
    .innerJoin(auditEntries, eq(auditEntries.id, found.id))
    .leftJoin(users, sql`${users.id} = coalesce(${auditEntries.impersonatorId}, ${auditEntries.actorId})`)
    .orderBy(desc(auditEntries.id));
  return rows.map((row) => present(actor, row));
}

function conditions(actor: Actor, { kind, search, result, from, until }: LogFilter) {
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

type LogEntryRow = { entry: typeof auditEntries.$inferSelect; username: string | null };

function present(actor: Actor, { entry, username }: LogEntryRow): LogEntry {
  const { id, at, action, result, code, target, details, credentialKind, requestId } = entry;
  const asYou = entry.impersonatorId !== null && entry.actorId === actor.id;
  const isOwn = entry.actorId === actor.id && !asYou;
  return {
    ...{ id, action, result, target, details, requestId, via: credentialKind },
    at: wire(at),
    kind: kindOf(action),
    words: wordsFor(action),
    reason: code && reasonFor(code),
    by: isOwn ? "you" : entry.actorId ? "somebody else" : "nobody known",
    asYou,
    byUsername: username,
    address: isOwn ? entry.address : null,
    program: isOwn ? programOf(entry.agent) : null,
  };
}

/** A code in words. */
export const reasonFor = (code: string) =>
  code in problems ? problems[code as ProblemCode].title : code.replaceAll("_", " ");
