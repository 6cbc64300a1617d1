import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { tokens } from "#db/schema/tokens.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endTokens } from "./end.ts";
import { isLive } from "./token.ts";

const maxTokens = 100;

/**
 * Ends several of the own tokens at once and for good. What has ended already, or is not theirs, is named as such and
 * hinders nothing; refuses when that is all of them.
 */
export const revokeTokens = defineOperation({
  name: "tokens.revoke_many",
  summary: "Revoke several of your API tokens, at once and for good",
  route: "POST /me/tokens/revoke",
  allow: "delete:token",
  about: "oneself",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  endsOwn: true,
  input: z.strictObject({
    ids: z
      .array(uuid())
      .min(1, "Choose at least one token.")
      .max(maxTokens, `Choose at most ${maxTokens} tokens.`)
      .transform((ids) => [...new Set(ids)])
      .meta({ description: "The tokens' ids, 100 at most" }),
  }),
  output: z.object({
    revoked: z.array(z.object({ id: z.uuid(), name: z.string() })),
    missing: z.array(z.uuid()).meta({ description: "Of those asked for, what is no live token of yours" }),
  }),
  audit: ({ output: { revoked } }) => ({ details: { tokens: revoked } }),

  async run({ actor, tx }, { ids }) {
    const mine = and(inArray(tokens.id, ids), eq(tokens.userId, actor.id), isLive);
    const ended = await endTokens(tx, mine, { reason: "revoked", by: actor.id });
    const revoked = ended.map(({ id, name }) => ({ id, name }));
    if (revoked.length === 0) throw notFound("token");
    await queueNotice(tx, told(actor, revoked));
    const gone = new Set(revoked.map(({ id }) => id));
    return { revoked, missing: ids.filter((id) => !gone.has(id)) };
  },
});

const told = ({ id: userId, fullName }: Actor, revoked: { name: string }[]): Notice => ({
  userId,
  event: "token_revoked",
  subject:
    revoked.length === 1
      ? `The API token ${revoked[0]?.name} was revoked`
      : `${revoked.length} API tokens were revoked`,
  paragraphs: [
    `Hello ${fullName},`,
    `these API tokens were revoked: ${revoked.map(({ name }) => name).join(", ")}. Whatever still uses one of them is refused.`,
  ],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});
