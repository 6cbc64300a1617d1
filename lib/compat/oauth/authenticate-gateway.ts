import { primaryPool } from "#db/client.ts";
import type { Caller } from "#lib/core/actor.ts";
import { batch } from "#lib/core/batch.ts";
import { hashSecret, kindOfSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress } from "#lib/core/limit-keys.ts";
import { spend } from "#lib/core/limits.ts";
import { log } from "#lib/core/log.ts";

/** A gateway that has proven itself. */
type AskingGateway = { id: string; accountId: string; name: string };

// As for tokens: planned once, whatever the number of hashes, and one look into the index for each.
const statement = `
  select asked.place::int, gateway.* from unnest((select $1::bytea[])) with ordinality as asked(hash, place), lateral (
    select g.id, g.account_id, g.name, a.active, coalesce(g.last_used_at < now() - interval '5 minutes', true) as quiet
    from gateways g join accounts a on a.id = g.account_id where g.secret_hash = asked.hash limit 1) as gateway`;

type GatewayRow = { place: number; id: string; account_id: string; name: string; active: boolean; quiet: boolean };

const findGateway = batch(async (hashes: Buffer[]) => {
  const { rows } = await primaryPool().query<GatewayRow>({
    name: "gateway-by-secret",
    text: statement,
    values: [hashes],
  });
  const found: (GatewayRow | undefined)[] = hashes.map(() => undefined);
  for (const row of rows) found[row.place - 1] = row;
  return found;
});

/** Which gateway asks, by its id and secret, read from the primary at every question. Refuses `invalid_credentials`. */
export async function whichGateway({ address }: Caller, id: string, secret: string): Promise<AskingGateway> {
  const found = kindOfSecret(secret) === "gtw" ? await findGateway(hashSecret(secret)) : undefined;
  if (!found?.active || found.id !== id.toLowerCase()) throw await badGateway(address);
  if (found.quiet) noteUse(found.id);
  return { id: found.id, accountId: found.account_id, name: found.name };
}

// Counted once it did not fit: 256 bits are not to be guessed, and gateways at the same address do not have to wait.
async function badGateway(address: string): Promise<Refusal> {
  await spend({ name: "gateway", points: 30, seconds: 900, growing: true }, canonicalAddress(address));
  return new Refusal("invalid_credentials", "The id or the secret of the gateway is not right.");
}

const useStatement = `update gateways set last_used_at = now()
  where id = $1 and coalesce(last_used_at < now() - interval '5 minutes', true)`;

/** Once in five minutes, and nobody waits for it. */
function noteUse(id: string): void {
  primaryPool()
    .query(useStatement, [id])
    .catch((err) => log().warn({ err }, "last use of a gateway not written"));
}
