import { and, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { prepared } from "#db/prepared.ts";
import { accounts } from "#db/schema/accounts.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { taken, takenBy } from "#lib/core/unique.ts";
import type { Bounds } from "./addresses.ts";
import { endTokens } from "./end.ts";
import { isLive, tokenColumns } from "./token.ts";

const perUser = 500;
const given = sql.placeholder;

/**
 * The account's policy for the end of a token, by the database's clock, and whether it requires addresses; makers for
 * one person go one after the other.
 */
export async function requireTokenPolicy(tx: Db, actor: Actor, end: Date | null): Promise<{ addresses: boolean }> {
  const [found] = await policy(tx, { userId: actor.id, end });
  if (!found) throw notFound("account");
  if (found.past) throw badField("expiresAt", "in_the_past", "Choose an end that is still to come.");
  if (found.late) throw badField("expiresAt", "too_late", `Your account lets tokens live ${found.days} days at most.`);
  if (!end && !found.forever)
    throw badField("expiresAt", "required", "Your account does not allow tokens without an end.");
  return found;
}

// The lock comes in a statement before that of the count, so that two at once do not both take the last place.
const policy = prepared("token-policy", (db) => {
  const end = sql`${given("end")}::timestamptz`;
  const latest = sql`now() + ${accounts.tokenMaxDays} * interval '1 day' + interval '1 minute'`;
  return db
    .select({
      past: sql<boolean>`coalesce(${end} <= now(), false)`,
      late: sql<boolean>`coalesce(${end} > ${latest}, false)`,
      days: accounts.tokenMaxDays,
      forever: accounts.tokensMayLiveForever,
      addresses: accounts.tokenAddressesRequired,
    })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, given("userId")))
    .for("no key update", { of: users });
});

type New = Omit<typeof tokens.$inferInsert, "description" | keyof Bounds> & { description: string } & Bounds;

/** Inserts; a name that only an expired token still holds is set free first. Answers the row as a list has it. */
export async function insertToken(tx: Db, values: New) {
  const [made] = await insert(tx, values);
  if (made) return roomFor(made);
  await freeName(tx, values.userId, values.name);
  const [second] = await insert(tx, values);
  if (second) return roomFor(second);
  throw taken("name", inUse);
}

// Seen from before the insertion: all live ones but the one that is made.
const others = sql<number>`(select count(*) from tokens other where other.user_id = ${given("userId")}
  and other.ended_at is null and (other.expires_at is null or other.expires_at > now()))::int`;

const retrievable = sql<boolean>`(select a.tokens_retrievable from accounts a where a.id = ${tokens.accountId})`;

const insert = prepared("token-insert", (db) => {
  const { token, ...about } = tokenColumns;
  return db
    .insert(tokens)
    .values({
      accountId: given("accountId"),
      userId: given("userId"),
      name: given("name"),
      description: given("description"),
      scopes: given("scopes"),
      secretHash: given("secretHash"),
      lastFour: given("lastFour"),
      createdByToken: given("createdByToken"),
      startsAt: sql`${given("startsAt")}`,
      expiresAt: sql`${given("expiresAt")}`,
      allowedAddresses: given("allowedAddresses"),
      addressMode: given("addressMode"),
      rateLimitPerMinute: given("rateLimitPerMinute"),
    })
    .onConflictDoNothing()
    .returning({ ...getTableColumns(token), ...about, others, retrievable });
});

type CreatedToken = Awaited<ReturnType<typeof insert>>[number];

function roomFor(made: CreatedToken) {
  if (made.others < perUser) return { token: made, ...made };
  throw new Refusal("limit_reached", `You have ${perUser} live tokens, the most there may be. Revoke some.`);
}

/** Ends the expired token that still holds a name, if there is one. */
export async function freeName(tx: Db, userId: string, name: string) {
  const namesake = and(eq(tokens.userId, userId), sql`lower(${tokens.name}) = lower(${name})`, isNull(tokens.endedAt));
  await endTokens(tx, and(namesake, sql`not ${isLive}`), { reason: "expired", at: tokens.expiresAt });
}

const inUse = "You have a token of this name. Choose another.";

/** Says that the name is taken, or throws what else went wrong. */
export const tokenNameTaken = takenBy("tokens_live_name_once", inUse);
