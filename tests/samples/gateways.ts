import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { handedOut, type Person, sql } from "../cast.ts";
import type { Sample } from "./operations.ts";

/** Gives an account a gateway. */
export async function gatewayOf(accountId: string, name: string = mintSecret("gtw").slice(-8)) {
  const secret = mintSecret("gtw");
  handedOut.add(secret);
  const [made] = await sql<{ id: string }>(
    "insert into gateways (account_id, name, secret_hash, last_four) values ($1, $2, $3, $4) returning id",
    accountId,
    name,
    hashSecret(secret),
    secret.slice(-4),
  );
  return { id: made?.id ?? "", secret };
}

const found = async () => {
  const token = mintSecret("pat");
  handedOut.add(token);
  return { token, source: "https://paste.example.org/abc" };
};

/** Samples of what concerns gateways, and tokens that are found. */
export const gatewaySamples: Record<string, Sample> = {
  "gateways.list": { input: async () => ({}) },
  "gateways.create": { input: async () => ({ name: "api.example.com" }) },
  "gateways.delete": { input: async ({ accountId }: Person) => ({ gatewayId: (await gatewayOf(accountId)).id }) },
  "tokens.revoke_leaked": { input: found },
};
