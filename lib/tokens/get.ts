import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { readToken, wireToken } from "./token.ts";
import { tokenId } from "./token-id.ts";
import { readUsage, tokenUsage } from "./usage/read.ts";

/** One of the own tokens, and what it was used for. */
export const getToken = defineOperation({
  name: "tokens.get",
  summary: "Read one of your API tokens",
  route: "GET /me/tokens/{id}",
  allow: "get:token",
  about: "oneself",
  whileImpersonating: "refused",
  input: z.strictObject({ id: tokenId }),
  output: wireToken.extend({ usage: tokenUsage }),

  run: async ({ actor, tx }, { id }) => ({ ...(await readToken(tx, actor, id)), usage: await readUsage(tx, id) }),
});
