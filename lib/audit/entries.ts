import { desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, primary } from "#db/client.ts";
import { groups, roles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { auditEntries } from "#db/schema/audit.ts";
import { apiUsers } from "#db/schema/machines.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import { programOf } from "#lib/core/agents.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { reasonFor } from "./security-log/entries.ts";
import { wordsFor } from "./security-log/words.ts";

const somebody = z.object({
  id: z.string(),
  username: z.string().nullable().meta({ description: "null when the person is gone" }),
  fullName: z.string().nullable(),
  accountId: z.string().nullable(),
  accountName: z.string().nullable(),
});

/** Something that happened in an account, or that one of its people did in an account that it manages. */
export const auditEntry = z.object({
  id: z.int(),
  at: instant,
  action: z.string().meta({ description: "The operation", example: "users.create" }),
  words: z.string().meta({ description: "The same in words" }),
  result: z.enum(["done", "refused"]),
  code: z.string().nullable().meta({ description: "Why it was refused" }),
  reason: z.string().nullable().meta({ description: "The same in words" }),
  accountId: z.string().nullable().meta({ description: "Where it happened" }),
  actor: somebody.nullable().meta({ description: "Who did it; null when nobody was signed in" }),
  impersonator: somebody.nullable().meta({ description: "Who acted as that person, in the open" }),
  target: z.string().nullable().meta({ description: "The id of what it was done to" }),
  targetName: z.string().nullable().meta({ description: "What that is called today" }),
  targetKind: z.enum(["user", "api_user", "group", "role", "token", "account"]).nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  via: z.string().nullable().meta({ description: "session, token or api_user; null where nobody was signed in" }),
  credentialId: z.string().nullable(),
  address: z.string().nullable(),
  agent: z.string().nullable().meta({ description: "The program as it called itself" }),
  program: z.string().nullable().meta({ description: "The program in words", example: "Firefox on Linux" }),
  requestId: z.string().nullable(),
});

export type AuditEntry = z.output<typeof auditEntry>;
type AuditEntryRow = typeof auditEntries.$inferSelect;
type Somebody = z.output<typeof somebody>;
type Thing = { name: string; kind: NonNullable<AuditEntry["targetKind"]> };

/** The entries with these ids, newest first, with the names of who and what they speak of. */
export async function entriesWith(tx: Db, ids: SQL): Promise<AuditEntry[]> {
  const found = sql`${ids} found`;
  const rows = await tx
    .select()
    .from(auditEntries)
    .where(sql`${auditEntries.id} in (select id from ${found})`)
    .orderBy(desc(auditEntries.id));
  const [people, things] = [await peopleIn(rows), await thingsIn(tx, rows)];
  return rows.map((row) => present(row, people, things));
}

/**
 * Who did it, asked everywhere: people, and API users, of a managing account stand in this log by their names,
 * though nothing else of that account is to be seen here.
 */
async function peopleIn(rows: AuditEntryRow[]): Promise<Map<string, Somebody>> {
  const ids = [...new Set(rows.flatMap(({ actorId, impersonatorId }) => [actorId, impersonatorId]))];
  const people = await peopleAmong(ids.filter((id) => id !== null));
  const known = new Map(people.map((person) => [person.id, person]));
  const others = ids.filter((id) => id !== null && !known.has(id));
  for (const program of others.length ? await programsAmong(others) : []) known.set(program.id, program);
  return known;
}

function peopleAmong(ids: unknown[]): Promise<Somebody[]> {
  const { id, username, fullName, accountId } = users;
  return primary()
    .select({ id, username, fullName, accountId, accountName: accounts.name })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(sql`${users.id} = any(${sql.param(ids)}::uuid[])`);
}

function programsAmong(ids: unknown[]): Promise<Somebody[]> {
  const { id, login, name, surname, accountId } = apiUsers;
  const fullName = sql<string>`${name} || ' ' || ${surname}`;
  return primary()
    .select({ id, username: login, fullName, accountId, accountName: accounts.name })
    .from(apiUsers)
    .innerJoin(accounts, eq(accounts.id, apiUsers.accountId))
    .where(sql`${apiUsers.id} = any(${sql.param(ids)}::uuid[])`);
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What it was done to, of what is in the visible accounts. */
async function thingsIn(tx: Db, rows: AuditEntryRow[]): Promise<Map<string, Thing>> {
  const targets = [...new Set(rows.flatMap(({ target }) => (target === null ? [] : [target])))];
  const ids = sql`any(${sql.param(targets.filter((target) => uuid.test(target)))}::uuid[])`;
  const numbers = sql`any(${sql.param(targets)}::text[])`;
  const { rows: found } = await tx.execute<{ id: string } & Thing>(sql`
    select ${users.id}::text as id, ${users.username} as name, 'user' as kind from ${users} where ${users.id} = ${ids}
    union all select ${apiUsers.id}::text, ${apiUsers.login}, 'api_user' from ${apiUsers} where ${apiUsers.id} = ${ids}
    union all select ${groups.id}::text, ${groups.name}, 'group' from ${groups} where ${groups.id} = ${ids}
    union all select ${roles.id}::text, ${roles.name}, 'role' from ${roles} where ${roles.id} = ${ids}
    union all select ${tokens.id}::text, ${tokens.name}, 'token' from ${tokens} where ${tokens.id} = ${ids}
    union all select ${accounts.id}, ${accounts.name}, 'account' from ${accounts} where ${accounts.id} = ${numbers}`);
  return new Map(found.map(({ id, ...thing }) => [id, thing]));
}

function present(row: AuditEntryRow, people: Map<string, Somebody>, things: Map<string, Thing>): AuditEntry {
  const { id, at, action, result, code, accountId, target, details, credentialKind, credentialId } = row;
  const named = (id: string | null) => (id === null ? null : (people.get(id) ?? gone(id)));
  const thing = target === null ? undefined : things.get(target);
  return {
    ...{ id, action, result, code, accountId, target, details, credentialId, via: credentialKind },
    at: wire(at),
    words: wordsFor(action),
    reason: code && reasonFor(code),
    actor: named(row.actorId),
    impersonator: named(row.impersonatorId),
    targetName: thing?.name ?? null,
    targetKind: thing?.kind ?? null,
    ...{ address: row.address, agent: row.agent, program: programOf(row.agent), requestId: row.requestId },
  };
}

const gone = (id: string): Somebody => ({ id, username: null, fullName: null, accountId: null, accountName: null });
