import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { tokens } from "#db/schema/tokens.ts";
import { requireSameAccount } from "#lib/access/over/colleague.ts";
import { requireRightsOverUser } from "#lib/access/over/rights-over.ts";
import { accountId, uuid } from "#lib/core/fields.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { endTokens } from "#lib/tokens/end.ts";
import { whyNotLive } from "#lib/tokens/ended.ts";
import { listTokens, pageOf } from "#lib/tokens/list.ts";
import { isLive } from "#lib/tokens/token.ts";
import { userId } from "./fields.ts";
import { tokenTaken } from "./notices.ts";

/** The tokens of a person, for their administrators; never the secrets. */
export const listTokensOf = defineOperation({
  name: "users.list_tokens",
  summary: "List the API tokens of a user",
  route: "GET /users/{userId}/tokens",
  allow: "get:user",
  input: listTokens.input.extend({ userId, accountId }),
  output: listTokens.output,

  async run({ tx, tenant }, { userId, accountId: _, ...asked }) {
    await requireSameAccount(tx, tenant, userId);
    return pageOf(tx, userId, asked);
  },
});

/** Ends a token of a person at once and for good; they are told. */
export const revokeTokenOf = defineOperation({
  name: "users.revoke_token",
  summary: "Revoke an API token of a user, at once and for good",
  route: "DELETE /users/{userId}/tokens/{id}",
  allow: "update:user",
  stepUp: "always",
  input: z.strictObject({ userId, id: uuid().meta({ description: "The token's id" }), accountId }),
  output: z.object({}),
  audit: ({ input }) => ({ target: input.userId, details: { token: input.id } }),

  async run({ actor, tx, tenant }, { userId, id }) {
    await requireRightsOverUser({ actor, tx, tenant }, userId, "administrative");
    const whose = and(eq(tokens.userId, userId), eq(tokens.accountId, tenant.accountId));
    const which = and(eq(tokens.id, id), whose, isLive);
    const [gone] = await endTokens(tx, which, { reason: "revoked", by: actor.id });
    if (!gone) throw await whyNotLive(tx, id, whose);
    if (userId !== actor.id) await queueNotice(tx, tokenTaken(userId, gone.name));
    return {};
  },
});
