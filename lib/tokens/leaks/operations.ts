import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { apiUsers, apiUserTokens } from "#db/schema/machines.ts";
import { tokens } from "#db/schema/tokens.ts";
import { users } from "#db/schema/users.ts";
import type { Caller } from "#lib/core/actor.ts";
import { notAudited, recordChange } from "#lib/core/audit.ts";
import { hashSecret, kindOfSecret } from "#lib/core/crypto/secrets.ts";
import { line } from "#lib/core/fields.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endTokens } from "../end.ts";
import { isLive } from "../token.ts";

/**
 * Ends a token that is somewhere it should not be. Whoever has its secret may: nothing is proven but that they have it,
 * and it is all that they could use it for. The answer is the same whether there is such a token or not.
 */
export const revokeLeaked = defineOperation({
  name: "tokens.revoke_leaked",
  summary: "Revoke a token that was found somewhere, with nothing but its secret",
  route: "POST /tokens/revoke-leaked",
  allow: "anyone",
  idempotencyKey: true,
  limit: { name: "revoke_leaked", points: 100, seconds: 600 },
  input: z
    .strictObject({
      token: z.string().max(200).meta({ description: "The secret that was found" }),
      source: line(300).optional().meta({ description: "Where it was found; stands in its owner's security log" }),
    })
    .meta({ examples: [{ token: "lk_pat_…", source: "https://paste.example.org/abc" }] }),
  output: z.object({}),
  audit: notAudited,

  async run({ tx, caller }, { token, source }) {
    await endLeaked(tx, caller, token, { source });
    return {};
  },
});

/** A token that a secret opened: whose it was, and what it was called. An API user's goes by its login. */
type Ended = Pick<typeof tokens.$inferSelect, "id" | "name" | "userId" | "accountId" | "lastFour"> & {
  /** Its holder is a program, to which nobody writes. */
  isProgram?: boolean;
};

/**
 * Ends the live token that a secret opens, a person's or an API user's, or one that it had before and that still opens
 * it; of one account alone where it is named. Undefined where there is none. Many at once end it once.
 */
export async function endBySecret(
  tx: Db,
  secret: string,
  reason: "leaked" | "revoked",
  accountId?: string,
): Promise<Ended | undefined> {
  const kind = kindOfSecret(secret);
  if (kind === "pat") return endToken(tx, hashSecret(secret), reason, accountId);
  return kind === "api" ? endApiToken(tx, hashSecret(secret), accountId) : undefined;
}

async function endToken(tx: Db, hash: Buffer, reason: "leaked" | "revoked", accountId?: string) {
  // An array, so that each of the two is one look into an index.
  const opened = sql`any(array(select id from tokens where secret_hash = ${hash} union all
    select token_id from replaced_secrets where secret_hash = ${hash} and ends_at > now()))`;
  const within = accountId === undefined ? undefined : eq(tokens.accountId, accountId);
  const [ended] = await endTokens(tx, and(sql`${tokens.id} = ${opened}`, isLive, within), { reason });
  return ended;
}

/** Its row stays for the tidying up, so that whoever reports it again is told that it was one. */
async function endApiToken(tx: Db, hash: Buffer, accountId?: string): Promise<Ended | undefined> {
  const within = accountId === undefined ? undefined : eq(apiUserTokens.accountId, accountId);
  const [ended] = await tx
    .update(apiUserTokens)
    .set({ expiresAt: sql`now()` })
    .from(apiUsers)
    .where(
      and(
        eq(apiUserTokens.secretHash, hash),
        eq(apiUsers.id, apiUserTokens.apiUserId),
        gt(apiUserTokens.expiresAt, sql`now()`),
        within,
      ),
    )
    .returning({ id: apiUserTokens.id, accountId: apiUsers.accountId, userId: apiUsers.id, name: apiUsers.login });
  return ended && { ...ended, lastFour: "", isProgram: true };
}

/**
 * As {@link endBySecret}, on record and with a word to its owner. `url` is where somebody who can be believed found it.
 */
export async function endLeaked(tx: Db, caller: Caller, secret: string, found: { source?: string; url?: string }) {
  const ended = await endBySecret(tx, secret, "leaked");
  if (!ended) return undefined;
  await recordEnd(tx, caller, revokeLeaked.name, ended, found);
  if (!ended.isProgram) await queueNotice(tx, leaked(await userOfEndedToken(tx, ended), ended, found.url));
  return ended;
}

/** Puts the end of a token on record as its owner's: nobody was signed in. */
export function recordEnd(tx: Db, caller: Caller, action: string, ended: Ended, details: Record<string, unknown>) {
  const { id, userId, accountId, name } = ended;
  const by = { actor: null, caller, tenant: { accountId } };
  return recordChange(tx, action, by, { target: id, details: { name, ...details }, actor: { id: userId, accountId } });
}

/** Who is to be told of it. */
export async function userOfEndedToken(tx: Db, { userId }: Pick<Ended, "userId">) {
  const [owner] = await tx.select({ fullName: users.fullName }).from(users).where(eq(users.id, userId));
  return { id: userId, fullName: owner?.fullName ?? "" };
}

const leaked = ({ id, fullName }: { id: string; fullName: string }, token: Ended, url?: string): Notice => ({
  userId: id,
  event: "token_leaked",
  subject: `The API token ${token.name} was found in the open and revoked`,
  paragraphs: [
    `Hello ${fullName},`,
    `somebody found the secret of your API token ${token.name} (lk_pat_…${token.lastFour}) and reported it, so it was revoked at once: whatever still uses it is refused.`,
    ...(url ? [`It was found at ${url}.`] : []),
    "Look at what was done with it in your security log, and make a new token for the program that needs one.",
  ],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});
