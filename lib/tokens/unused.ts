import { sql } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { recordChange } from "#lib/core/audit.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { lastActivity } from "./restrictions.ts";

type Ended = { id: string; name: string; user_id: string; account_id: string; days: number };

/**
 * Ends the tokens that were not used for as long as their account allows, of one account or of all; each is put on
 * record, and its owner is told. They open nothing before that either: every use checks it.
 */
export async function endUnused(tx: Db, accountId: string | null = null): Promise<void> {
  const { rows } = await tx.execute<Ended>(sql`
    update tokens t set ended_at = now(), ended_reason = 'unused' from accounts a
    where a.id = t.account_id and (${accountId}::text is null or a.id = ${accountId})
      and t.ended_at is null and (t.expires_at is null or t.expires_at > now())
      and ${sql.raw(lastActivity("t"))} < now() - a.token_unused_days * interval '1 day'
    returning t.id, t.name, t.user_id, t.account_id, a.token_unused_days as days`);
  for (const row of rows) await asSystem(tx, (tx) => record(tx, row));
  for (const [userId, theirs] of Map.groupBy(rows, ({ user_id }) => user_id))
    await queueNotice(tx, ended(userId, theirs));
}

const record = (tx: Db, { id, name, user_id, account_id, days }: Ended) =>
  recordChange(tx, "tokens.end_unused", byItself, {
    actor: { id: user_id, accountId: account_id },
    target: id,
    details: { name, days },
  });

/** Nobody asks: the days are over. */
const byItself = { actor: null, caller: { address: "", agent: "housekeeping", requestId: "" } };

function ended(userId: string, tokens: Ended[]): Notice {
  const [first, ...others] = tokens;
  const names = tokens.map(({ name }) => name).join(", ");
  return {
    userId,
    event: "token_unused",
    subject: others.length
      ? `${tokens.length} unused API tokens have ended`
      : `The unused API token ${names} has ended`,
    paragraphs: [
      `your account ends API tokens that are not used for ${first?.days} days, and so it did with: ${names}.`,
      "Whatever still holds one of them is refused. Make a new token for what you need after all.",
    ],
    button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
  };
}
