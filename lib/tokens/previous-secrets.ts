import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { primary, transaction } from "#db/client.ts";
import { replacedSecrets, tokens } from "#db/schema/tokens.ts";
import type { Caller } from "#lib/core/actor.ts";
import { recordChange } from "#lib/core/audit.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endTokens } from "./end.ts";
import { isLive } from "./token.ts";

const isOpen = gt(replacedSecrets.endsAt, sql`now()`);

/** Ends the previous secrets of a token at once: whoever still uses one is refused, and ends the token by it. */
export const revokePrevious = defineOperation({
  name: "tokens.end_replaced",
  summary: "End the former secrets of one of your API tokens before their time",
  route: "DELETE /me/tokens/{id}/replaced-secrets",
  allow: "delete:token",
  about: "oneself",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  input: z.strictObject({ id: uuid().meta({ description: "The token's id" }) }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const mine = sql`${replacedSecrets.tokenId} in (select id from tokens where id = ${id} and user_id = ${actor.id})`;
    const ended = await tx
      .update(replacedSecrets)
      .set({ endsAt: sql`now()` })
      .where(and(mine, isOpen))
      .returning({ tokenId: replacedSecrets.tokenId });
    if (ended.length === 0) throw notFound("former secret");
    return {};
  },
});

/** A secret is used for the first time: those before it that were good until then end. */
export async function closeGracePeriods(tokenId: string, secretHash: Buffer): Promise<void> {
  const replacedAt = sql`(select replaced_at from replaced_secrets where secret_hash = ${secretHash})`;
  const before = sql`${replacedSecrets.replacedAt} < coalesce(${replacedAt}, 'infinity')`;
  await primary()
    .update(replacedSecrets)
    .set({ endsAt: sql`now()` })
    .where(and(eq(replacedSecrets.tokenId, tokenId), replacedSecrets.untilFirstUse, isOpen, before as SQL));
}

/**
 * A previous secret was used past its end: somebody has a copy of it who should not, or of what came after it. The
 * token ends with all its secrets, once, and its owner is told (RFC 9700, 4.14.2). Answers the refusal.
 */
export async function endReplayed(
  id: string,
  { address, agent, requestId }: Pick<Caller, "address" | "agent" | "requestId">,
): Promise<Refusal> {
  await transaction(async (tx) => {
    const [gone] = await endTokens(tx, and(eq(tokens.id, id), isLive), { reason: "replayed" });
    if (!gone) return;
    const actor = { id: gone.userId, accountId: gone.accountId };
    const note = { target: id, details: { name: gone.name }, actor };
    await recordChange(tx, "tokens.replay", { actor: null, caller: { address, agent, requestId } }, note);
    await queueNotice(tx, replayed(id, gone, address));
  });
  const message =
    "This secret was replaced, and it was used past its time: the token was revoked with all its secrets.";
  return new Refusal("token_revoked", message);
}

const replayed = (id: string, { userId, name }: { userId: string; name: string }, address: string): Notice => ({
  userId,
  event: "token_replayed",
  subject: `The API token ${name} was revoked: an old secret of it was used`,
  paragraphs: [
    `a secret of the API token ${name} that you had replaced was used past its time, from ${address}.`,
    "Either a program of yours still has the old secret, or somebody has a copy of it. Because nobody can tell which, the token was revoked with all its secrets: whatever still uses it is refused.",
    "Make a new token for the program, and look where the old secret was kept.",
  ],
  button: { words: "Look at the token", path: `/tokens/${id}` },
});
