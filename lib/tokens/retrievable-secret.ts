import { and, eq, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { tokens } from "#db/schema/tokens.ts";
import { seal, unseal } from "#lib/core/crypto/sealing.ts";
import { conflict } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { whyNotLive } from "./ended.ts";
import { isLive } from "./token.ts";

type Owned = { id: string; accountId: string };

const sealContext = ({ id, accountId }: Owned) => ({
  table: "tokens",
  field: "sealed_secret",
  row: id,
  account: accountId,
});

/** A copy of a token's secret to keep, where the account's policy wants tokens to be copied again. */
export const sealCopy = (token: Owned, secret: string): Buffer => seal(sealContext(token), secret);

/** Keeps a copy of the secret of a token that was just made. */
export async function storeSealed(tx: Db, token: Owned, secret: string): Promise<true> {
  const sealedSecret = sealCopy(token, secret);
  await tx.update(tokens).set({ sealedSecret }).where(eq(tokens.id, token.id));
  return true;
}

/** Forgets every copy that is kept in an account. */
export const deleteRetrievable = (tx: Db, accountId: string) =>
  tx
    .update(tokens)
    .set({ sealedSecret: null })
    .where(and(eq(tokens.accountId, accountId), isNotNull(tokens.sealedSecret)));

/** Forgets the copies of tokens whose time has come: nobody can ask for them any more. */
export const forgetOldCopies = (tx: Db) =>
  tx
    .update(tokens)
    .set({ sealedSecret: null })
    .where(and(isNotNull(tokens.sealedSecret), sql`not ${isLive}`));

/**
 * Shows the secret of a live token again, to its owner in person and freshly proven (I-48). Refuses where no copy was
 * kept: the account's policy was off when it was made or last rotated, or has been switched off since.
 */
export const revealToken = defineOperation({
  name: "tokens.reveal",
  summary: "Copy the secret of one of your API tokens again, where your account keeps copies",
  route: "POST /me/tokens/{id}/reveal",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "token_reveal", points: 30, seconds: 3600 },
  input: z.strictObject({ id: uuid().meta({ description: "The token's id" }) }),
  output: z.object({
    name: z.string(),
    secret: z.string().meta({ secret: true, description: "The token itself" }),
  }),
  audit: ({ input, output }) => ({ target: input.id, details: { name: output.name } }),

  async run({ actor, tx }, { id }) {
    const [token] = await tx
      .select({ name: tokens.name, sealed: tokens.sealedSecret, isOn: accounts.tokensRetrievable })
      .from(tokens)
      .innerJoin(accounts, eq(accounts.id, tokens.accountId))
      .where(and(eq(tokens.id, id), eq(tokens.userId, actor.id), isLive));
    if (!token) throw await whyNotLive(tx, id, eq(tokens.userId, actor.id));
    if (!token.sealed || !token.isOn)
      throw conflict("No copy of this secret was kept. Rotate the token for a new one.");
    return { name: token.name, secret: unseal(sealContext({ id, accountId: actor.accountId }), token.sealed) };
  },
});
