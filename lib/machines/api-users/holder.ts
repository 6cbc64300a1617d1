import { primaryPool } from "#db/client.ts";
import { grantsOf, rolesHeld } from "#lib/access/principal/grants.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { memoizeByText } from "#lib/core/lru.ts";
import { isWithin } from "#lib/core/net/networks.ts";

/** Whether an API user may come at all, over a row `u` of `api_users` and its account `a`. */
const mayCome = `u.active and a.active as active, exists (select from api_user_groups m where m.api_user_id = u.id) as grouped`;

const statement = `
  select t.id, t.expires_at, t.expires_at <= now() as expired, coalesce(k.ends_at <= now(), false) as replaced,
    u.id as user_id, u.account_id, a.name as account_name, u.login, u.name || ' ' || u.surname as full_name, u.email,
    array_to_json(u.allowed_addresses)::text as networks, ${mayCome},
    ${rolesHeld(`select g.role_id from api_user_groups m join group_roles g on g.group_id = m.group_id
      where m.api_user_id = u.id`)} as roles
  from api_user_tokens t join customer_keys k on k.id = t.customer_key_id
    join api_users u on u.id = t.api_user_id join accounts a on a.id = u.account_id
  where t.secret_hash = $1`;

type ApiUserRow = {
  id: string;
  expires_at: Date;
  expired: boolean;
  replaced: boolean;
  user_id: string;
  account_id: string;
  account_name: string;
  login: string;
  full_name: string;
  email: string;
  networks: string;
  active: boolean;
  grouped: boolean;
  roles: string | null;
};

/**
 * The API user whom a token speaks for, asked of the primary in one statement at every use, with what its groups' roles
 * say now. Refuses a token that is unknown, past its end, or whose customer key is replaced; and an API user who is
 * inactive, in no group, or comes from an address that is none of its own.
 */
export async function apiUserHolder(
  secret: string,
  from: Pick<Caller, "address"> & { within?: string },
): Promise<Actor> {
  const values = [hashSecret(secret)];
  const { rows } = await primaryPool().query<ApiUserRow>({ name: "who-by-api-token", text: statement, values });
  const [token] = rows;
  if (!token || (from.within ?? token.account_id) !== token.account_id) throw new Refusal("token_unknown");
  try {
    assertLive(token);
    requireActiveApiUser(token);
    requireAllowedAddress(token.networks, from.address);
  } catch (refusal) {
    throw Object.assign(refusal as Refusal, { about: holderOf(token) });
  }
  return actorOf(token);
}

function assertLive({ expired, replaced }: ApiUserRow): void {
  if (expired) throw new Refusal("token_expired", "This token is past its end. Sign in again for another one.");
  if (replaced) throw new Refusal("token_revoked", "The customer key it was got with has been replaced.");
}

const holderOf = ({ user_id, account_id, id }: ApiUserRow) => ({
  id: user_id,
  accountId: account_id,
  credential: { kind: "api_user", id },
});

/** Refuses an API user who may not come at present, whatever it proves. */
export function requireActiveApiUser({ active, grouped }: Pick<ApiUserRow, "active" | "grouped">): void {
  if (!active) throw new Refusal("owner_inactive", "This API user, or its account, is not active.");
  if (!grouped) throw new Refusal("owner_inactive", "This API user is in no group, and so may do nothing.");
}

/** Refuses an address that is in none of the networks, a JSON array; an empty one is for every address. */
export function requireAllowedAddress(networks: string, address: string): void {
  if (networks === "[]" || isListed(networks, address)) return;
  throw new Refusal("address_not_allowed", `Nobody uses this from ${address}: it is not among the allowed addresses.`);
}

/** Is an address in one of these networks, a JSON array? */
const isListed = (networks: string, address: string): boolean => isWithin(networksOf(networks), address);

const networksOf = memoizeByText((text): string[] => JSON.parse(text), 1_000_000);

const actorOf = async (row: ApiUserRow): Promise<Actor> => ({
  id: row.user_id,
  accountId: row.account_id,
  accountName: row.account_name,
  username: row.login,
  fullName: row.full_name,
  email: row.email,
  factors: [],
  grants: await grantsOf(row.roles),
  limits: null,
  credential: { kind: "api_user", id: row.id, expiresAt: row.expires_at },
});
