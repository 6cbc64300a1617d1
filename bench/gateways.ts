import { hashSecret, mintSecret } from "#lib/core/crypto/secrets.ts";
import { account, type Seeded, withClient } from "./database.ts";
import type { Traffic } from "./load.ts";

/** Makes a gateway, and has it ask about every token there is, one after the other. */
export async function introspections({ url, secrets }: Seeded): Promise<Traffic> {
  const secret = mintSecret("gtw");
  const text =
    "insert into gateways (account_id, name, secret_hash, last_four) values ($1, $2, $3, 'abcd') returning id";
  const { rows } = await withClient(url, (client) =>
    client.query<{ id: string }>(text, [account, secret.slice(-8), hashSecret(secret)]),
  );
  return {
    method: "POST",
    path: "/oauth2/introspect",
    authorization: `Basic ${Buffer.from(`${rows[0]?.id}:${secret}`).toString("base64")}`,
    contentType: "application/x-www-form-urlencoded",
    bodies: secrets.map((token) => `token=${token}`),
    connections: 16,
    status: 200,
  };
}
