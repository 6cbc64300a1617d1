import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { accounts } from "#db/schema/accounts.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { sessions } from "#db/schema/sessions.ts";
import { tokens } from "#db/schema/tokens.ts";
import { directory, users } from "#db/schema/users.ts";
import { scopesCreatingTokens } from "#lib/access/scopes/catalogue.ts";
import { passwordSince } from "#lib/sign-in/passwords/policy.ts";
import { lastActivity } from "#lib/tokens/restrictions.ts";
import { isLive } from "#lib/tokens/token.ts";

const shown = 20;

const counted = 1000;

export const affected = z.object({
  count: z.int().meta({ description: `How many, counted up to ${counted}` }),
  people: z.int().meta({ description: "How many people that is" }),
  more: z.boolean().meta({ description: "There are more than were counted" }),
  first: z
    .array(z.object({ userId: z.uuid(), fullName: z.string(), detail: z.string().nullable() }))
    .meta({ description: `The first ${shown}; \`detail\` is the name of a token, or when a session would end` }),
});

/** Whom a change of policy concerns: how many, and the first of them. */
export type Affected = z.output<typeof affected>;

export const none: Affected = { count: 0, people: 0, more: false, first: [] };

type Found = Affected["first"][number];

/** As many as are counted, and one more to know that there are more: no list is read whole. */
function summed(rows: Found[]): Affected {
  const seen = rows.slice(0, counted);
  const people = new Set(seen.map(({ userId }) => userId)).size;
  return { count: seen.length, people, more: rows.length > counted, first: rows.slice(0, shown) };
}

const mayComeIn = (account: string) =>
  and(eq(users.accountId, account), eq(users.active, true), eq(users.notificationsOnly, false));

export async function withoutFactor(tx: Db, account: string) {
  const { accountId, active, notificationsOnly, hasSecondFactor } = directory;
  const rows = await tx
    .select({ userId: directory.id, fullName: directory.fullName, detail: sql<null>`null` })
    .from(directory)
    .where(and(eq(accountId, account), eq(active, true), eq(notificationsOnly, false), eq(hasSecondFactor, false)))
    .orderBy(directory.nameKey)
    .limit(counted + 1);
  return summed(rows);
}

type Policy = Pick<
  typeof accounts.$inferSelect,
  "id" | "sessionIdleMinutes" | "sessionMaxHours" | "tokenMaxDays" | "tokensMayLiveForever"
>;

export async function sessionsEnding(tx: Db, { id, sessionIdleMinutes, sessionMaxHours }: Policy) {
  const end = sql`least(${sessions.lastSeenAt} + least(${sessions.idleMinutes}, ${sessionIdleMinutes}::int) * interval '1 minute',
    ${sessions.expiresAt}, ${sessions.createdAt} + ${sessionMaxHours}::int * interval '1 hour')`;
  const isLiveNow = sql`${sessions.expiresAt} > now() and ${sessions.lastSeenAt} + ${sessions.idleMinutes} * interval '1 minute' > now()`;
  return theirs(tx, sessions, and(eq(sessions.accountId, id), isLiveNow, sql`${end} <= now()`), sql`null`);
}

export async function oldPasswords(tx: Db, id: string, days: number | null) {
  const isOld = sql`${users.passwordHash} is not null
    and ${passwordSince} + make_interval(days => ${days}::int) <= now()`;
  const rows = await tx
    .select({ userId: users.id, fullName: users.fullName, detail: sql<null>`null` })
    .from(users)
    .where(and(mayComeIn(id), isOld))
    .limit(counted + 1);
  return summed(rows);
}

export async function tokensOutliving(tx: Db, { id, tokenMaxDays, tokensMayLiveForever }: Policy) {
  const outlives = sql`case when ${tokens.expiresAt} is null then not ${tokensMayLiveForever}
    else ${tokens.expiresAt} > now() + make_interval(days => ${tokenMaxDays}::int) end`;
  return theirs(tx, tokens, and(eq(tokens.accountId, id), isLive, outlives), tokens.name);
}

type Machines = Pick<
  typeof accounts.$inferSelect,
  "id" | "tokenUnusedDays" | "tokenAddressesRequired" | "tokensRetrievable" | "keysMayCreateKeys" | "accessKeysAllowed"
>;

/** What programs hold and would lose. */
export async function machinesConcerned(tx: Db, now: Machines, then: Machines) {
  const days = then.tokenUnusedDays;
  const ofTokens = (which: SQL) => theirs(tx, tokens, and(eq(tokens.accountId, now.id), isLive, which), tokens.name);
  const isSooner = days !== null && days < (now.tokenUnusedDays ?? Infinity);
  return {
    tokensUnused: isSooner ? await ofTokens(sql`${sinceAlive} < now() - ${days}::int * interval '1 day'`) : none,
    tokensOpen: then.tokenAddressesRequired && !now.tokenAddressesRequired ? await ofTokens(isOpen) : none,
    keysCreatingMore: createsMore(now, then) ? await ofTokens(createsTokens()) : none,
    copiesForgotten: now.tokensRetrievable && !then.tokensRetrievable ? await ofTokens(hasCopy) : none,
    keysStopped: now.accessKeysAllowed && !then.accessKeysAllowed ? await keysOf(tx, now.id) : none,
  };
}

const createsMore = (now: Machines, then: Machines) =>
  now.keysMayCreateKeys !== "owner" && then.keysMayCreateKeys === "owner";

const createsTokens = () => sql`${tokens.scopes} && ${sql.param(scopesCreatingTokens())}::text[]`;

const sinceAlive = sql.raw(lastActivity("tokens"));

const isOpen = sql`(${tokens.allowedAddresses} = '{}' or ${tokens.addressMode} = 'log')`;

const hasCopy = sql`${tokens.sealedSecret} is not null`;

const keysOf = (tx: Db, id: string) =>
  theirs(
    tx,
    accessKeys,
    eq(accessKeys.accountId, id),
    sql`coalesce(nullif(${accessKeys.label}, ''), ${accessKeys.id})`,
  );

/** Things of people, each with whose it is. */
async function theirs(
  tx: Db,
  things: typeof sessions | typeof tokens | typeof accessKeys,
  which: SQL | undefined,
  detail: SQL | typeof tokens.name,
) {
  const rows = await tx
    .select({ userId: users.id, fullName: users.fullName, detail: sql<string | null>`${detail}` })
    .from(things)
    .innerJoin(users, eq(users.id, things.userId))
    .where(which)
    .limit(counted + 1);
  return summed(rows);
}
