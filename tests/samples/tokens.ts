import { randomBytes } from "node:crypto";
import { transaction } from "#db/client.ts";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { storeSealed } from "#lib/tokens/retrievable-secret.ts";
import { type Person, sql, tokenRow } from "../cast.ts";
import type { Sample } from "./operations.ts";

const nothing = { input: async () => ({}) };
const ownToken = async (who: Person) => ({ id: await tokenRow(who) });

/** A token with a previous secret that nobody holds. */
async function rotatedToken(who: Person) {
  const { id } = await ownToken(who);
  await sql(
    `insert into replaced_secrets (secret_hash, token_id, account_id, last_four, ends_at)
     values ($1, $2, $3, 'none', now() + interval '1 hour')`,
    randomBytes(32),
    id,
    who.accountId,
  );
  return { id };
}

/** A token in an account that keeps copies of secrets, with such a copy. */
async function keptToken(who: Person) {
  const { id } = await ownToken(who);
  await sql("update accounts set tokens_retrievable = true where id = $1", who.accountId);
  await transaction((tx) => storeSealed(tx, { id, accountId: who.accountId }, mintSecret("pat")));
  return { id };
}

/** Samples of what concerns tokens. */
export const tokenSamples: Record<string, Sample> = {
  "tokens.list": nothing,
  "tokens.create": { input: async () => ({ name: "nightly export", scopes: ["profile:read"] }) },
  "tokens.get": { input: ownToken },
  "tokens.update": { input: async (who) => ({ ...(await ownToken(who)), name: "renamed" }) },
  "tokens.rotate": { input: ownToken },
  "tokens.end_replaced": { input: rotatedToken },
  "tokens.reveal": { input: keptToken },
  "tokens.revoke": { input: ownToken },
  "tokens.revoke_many": { input: async (who) => ({ ids: [await tokenRow(who)] }) },
  "tokens.verify": nothing,
};
