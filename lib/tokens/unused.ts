import { and, eq, inArray, sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { tokens } from "#db/schema/tokens.ts";
import { recordChange } from "#lib/core/audit.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { endTokens } from "./end.ts";
import { lastActivity } from "./restrictions.ts";
import { isLive } from "./token.ts";

type Token = typeof tokens.$inferSelect;
type Ended = Token & { days: number };

const unusedDays = sql`(select token_unused_days from accounts a where a.id = ${tokens.accountId})`;
const isUnused = sql`${sql.raw(lastActivity("tokens"))} < now() - ${unusedDays} * interval '1 day'`;

/**
 * Ends the tokens that were not used for as long as their account allows, of one account or of all; each is put on
 * record, and its owner is told. They open nothing before that either: every use checks it.
 */
export async function endUnused(tx: Db, accountId: string | null = null): Promise<void> {
  const whose = accountId === null ? undefined : eq(tokens.accountId, accountId);
  const rows = await withDays(tx, await endTokens(tx, and(whose, isLive, isUnused), { reason: "unused" }));
  for (const row of rows) await asSystem(tx, (tx) => record(tx, row));
  for (const [userId, theirs] of Map.groupBy(rows, ({ userId }) => userId))
    await queueNotice(tx, endedNotice(userId, theirs));
}

/** With the days that the account of each allows. */
async function withDays(tx: Db, ended: Token[]): Promise<Ended[]> {
  const ids = [...new Set(ended.map(({ accountId }) => accountId))];
  const rows = await tx
    .select({ id: accounts.id, days: accounts.tokenUnusedDays })
    .from(accounts)
    .where(inArray(accounts.id, ids));
  const days = new Map(rows.map(({ id, days }) => [id, days ?? 0]));
  return ended.map((token) => ({ ...token, days: days.get(token.accountId) ?? 0 }));
}

const record = (tx: Db, { id, name, userId, accountId, days }: Ended) =>
  recordChange(tx, "tokens.end_unused", byItself, {
    actor: { id: userId, accountId },
    target: id,
    details: { name, days },
  });

/** Nobody asks: the days are over. */
const byItself = { actor: null, caller: { address: "", agent: "housekeeping", requestId: "" } };

function endedNotice(userId: string, unused: Ended[]): Notice {
  const [first, ...others] = unused;
  const names = unused.map(({ name }) => name).join(", ");
  return {
    userId,
    event: "token_unused",
    subject: others.length
      ? `${unused.length} unused API tokens have ended`
      : `The unused API token ${names} has ended`,
    paragraphs: [
      `your account ends API tokens that are not used for ${first?.days} days, and so it did with: ${names}.`,
      "Whatever still holds one of them is refused. Make a new token for what you need after all.",
    ],
    button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
  };
}
