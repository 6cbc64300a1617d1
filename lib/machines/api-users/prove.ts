import { sql } from "drizzle-orm";
import { primary } from "#db/client.ts";
import type { Caller } from "#lib/core/actor.ts";
import { isPassword } from "#lib/core/crypto/hashing.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { canonicalAddress, canonicalName } from "#lib/core/limit-keys.ts";
import { guess, passwordGuard } from "#lib/sign-in/budgets.ts";

type Found = {
  id: string;
  accountId: string;
  keyId: string;
  networks: string;
  secrets: { id: string; hash: string }[];
};

/** Finds the API user by customer key and login, with the secrets that it may prove itself by. */
export async function findApiUser(customerKey: string, login: string): Promise<Found | undefined> {
  if (/\p{Cc}/u.test(login)) return undefined;
  const { rows } = await primary().execute<Found>(sql`
    select u.id, u.account_id as "accountId", k.id as "keyId", array_to_json(u.allowed_addresses)::text as networks,
      coalesce((select json_agg(json_build_object('id', s.id, 'hash', s.hash) order by s.created_at desc)
        from api_user_secrets s where s.api_user_id = u.id), '[]'::json) as secrets
    from customer_keys k join api_users u on u.account_id = k.account_id
    where k.key_hash = ${hashSecret(customerKey)} and (k.ends_at is null or k.ends_at > now())
      and lower(u.login) = ${canonicalName(login)}`);
  return rows[0];
}

type SignInInput = { customerKey: string; login: string; secret: string };

/**
 * Checks a secret, paying for the guess first; whatever is wrong, and whether there is such a login, takes the same
 * time.
 */
export async function proveApiUser(found: Found | undefined, given: SignInInput, { address }: Caller) {
  const who = found?.id ?? JSON.stringify([given.customerKey, canonicalName(given.login)]);
  const source = { address, ...(isKnown(found, address) && { deviceId: canonicalAddress(address) }) };
  await guess(passwordGuard, who, source);
  const fitting = await fittingSecret(found?.secrets ?? [], given.secret);
  if (!found || !fitting) throw wrong(found);
  return { secretId: fitting, keyId: found.keyId, who, source };
}

/**
 * An address that an administrator has named by itself stands there as a known browser does: nobody else can make it
 * wait. A network does not, for whoever is in it could guess from each of its addresses.
 */
const isKnown = (found: Found | undefined, address: string) =>
  found?.networks.includes(JSON.stringify(address)) ?? false;

/** Two secrets are looked at, also where there are fewer. */
async function fittingSecret([one, other]: Found["secrets"], secret: string): Promise<string | undefined> {
  if (await isPassword(one?.hash, secret)) return one?.id;
  return (await isPassword(other?.hash, secret)) ? other?.id : undefined;
}

export function wrong(found: Found | undefined): Refusal {
  const refusal = new Refusal("invalid_credentials", "The customer key, the login or the secret is not right.");
  refusal.about = found;
  return refusal;
}

export type Proven = Awaited<ReturnType<typeof proveApiUser>>;
