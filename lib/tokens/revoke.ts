import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { tokens } from "#db/schema/tokens.ts";
import type { Actor } from "#lib/core/actor.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endTokens } from "./end.ts";
import { whyNotLive } from "./ended.ts";
import { isLive } from "./token.ts";
import { tokenId } from "./token-id.ts";

/** Ends a token at once and for good. It stays in the list of ended ones for 90 days. */
export const revokeToken = defineOperation({
  name: "tokens.revoke",
  summary: "Revoke one of your API tokens, at once and for good",
  route: "DELETE /me/tokens/{id}",
  allow: "delete:token",
  about: "oneself",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  endsOwn: true,
  input: z.strictObject({ id: tokenId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const mine = and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive);
    const [gone] = await endTokens(tx, mine, { reason: "revoked", by: actor.id });
    if (!gone) throw await whyNotLive(tx, id, eq(tokens.userId, actor.id));
    await queueNotice(tx, revoked(actor, gone.name));
    return {};
  },
});

/** Ends every live token of a person at once and for good; how many there were. */
export async function revokeAll(tx: Db, { id }: Pick<Actor, "id">): Promise<number> {
  const ended = await endTokens(tx, and(eq(tokens.userId, id), isLive), { reason: "revoked", by: id });
  return ended.length;
}

const revoked = ({ id, fullName }: Actor, name: string): Notice => ({
  userId: id,
  event: "token_revoked",
  subject: `The API token ${name} was revoked`,
  paragraphs: [`Hello ${fullName},`, `the API token ${name} was revoked: whatever still uses it is refused.`],
  button: { words: "Look at your tokens", path: "/tokens?state=inactive" },
});
