import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { type ProblemCode, problems } from "#lib/core/problems.ts";
import { type LogFilter, logConditions } from "./log-filter.ts";
import { kindOf, kinds, wordsFor } from "./words.ts";

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
  const narrowed = and(...logConditions(actor, filter), below === undefined ? undefined : lt(auditEntries.id, below));
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
