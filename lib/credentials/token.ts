import { primaryPool } from "#db/client.ts";
import { owner, type PersonRow, userColumns } from "#lib/access/principal/person.ts";
import { patternsOf } from "#lib/access/scopes/catalogue.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { batch } from "#lib/core/batch.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { memoizeByText } from "#lib/core/lru.ts";
import { closeGracePeriods, endReplayed } from "#lib/tokens/previous-secrets.ts";
import { enforceRestrictions, restrictionsColumn } from "#lib/tokens/restrictions.ts";
import { noteReplacedUse, noteTokenRefusal, noteTokenUse } from "#lib/tokens/usage/record.ts";

/** From where a secret came; `within` is the account that it has to be of, for somebody who may know of no other. */
export type From = Pick<Caller, "address" | "agent" | "group" | "requestId"> & { within?: string };

const awaiting = "select from replaced_secrets o where o.token_id = t.id and o.until_first_use and o.ends_at > now()";

// The inner `select $1` hides how many hashes there are, so that Postgres plans once and not at each use; the lateral
// join with its limit keeps to one look into the index for each hash, whatever the planner may guess.
const tokenStatement = (about: string, from: string, hash: string) => `
  select asked.place::int, token.* from unnest((select $1::bytea[])) with ordinality as asked(hash, place), lateral (
    select t.id, t.name, array_to_json(t.scopes)::text as scopes, t.created_at, t.starts_at, t.expires_at, t.ended_at is not null as revoked,
      coalesce(t.starts_at > now(), false) as early, coalesce(t.expires_at <= now(), false) as expired, ${restrictionsColumn}, ${about}, ${userColumns}
    from ${from} join users u on u.id = t.user_id join accounts a on a.id = u.account_id
    where ${hash} = asked.hash limit 1) as token`;

type TokenRow = PersonRow & {
  place: number;
  id: string;
  name: string;
  scopes: string;
  created_at: Date;
  starts_at: Date | null;
  expires_at: Date | null;
  early: boolean;
  revoked: boolean;
  expired: boolean;
  bounds: string | null;
  /** It is a previous secret of the token. */
  replaced: boolean;
  /** It is one past its end. */
  outdated: boolean;
  /** It is the first use since a rotation that gave the secret before it until then. */
  first: boolean;
};

const finder = (name: string, text: string) =>
  batch(async (hashes: Buffer[]) => {
    const { rows } = await primaryPool().query<TokenRow>({ name, text, values: [hashes] });
    const found: (TokenRow | undefined)[] = hashes.map(() => undefined);
    for (const row of rows) found[row.place - 1] = row;
    return found;
  });

const findPresent = finder(
  "who-by-token",
  tokenStatement(
    `false as replaced, false as outdated, t.rotated_at is not null and exists (${awaiting}) as first`,
    "tokens t",
    "t.secret_hash",
  ),
);

const findFormer = finder(
  "who-by-former-secret",
  tokenStatement(
    `true as replaced, r.ends_at <= now() as outdated, exists (${awaiting} and o.replaced_at < r.replaced_at) as first`,
    "replaced_secrets r join tokens t on t.id = r.token_id",
    "r.secret_hash",
  ),
);

// One statement for both would make each use of a present secret pay for the plan of the other. A secret goes from the
// one to the other in one commit and never back, so that none is missed in between.
const findToken = async (hash: Buffer) => (await findPresent(hash)) ?? findFormer(hash);

/**
 * Whose a token is, by its present secret or a former one. Refuses one that is unknown, past its end, not begun yet or
 * revoked, whose owner may not sign in, or that comes from where it must not.
 */
export async function tokenHolder(secret: string, from: From): Promise<Actor> {
  const hash = hashSecret(secret);
  const token = await findToken(hash);
  if (!token || isElsewhere(token, from)) throw new Refusal("token_unknown");
  try {
    if (token.outdated) throw whyEnded(token) ?? (await endReplayed(token.id, from));
    assertLive(token);
    if (token.bounds !== null) await enforceRestrictions(token.id, token.bounds, from);
  } catch (error) {
    if (error instanceof Refusal) noteRefusal(token, error, from);
    throw error;
  }
  if (token.first) await closeGracePeriods(token.id, hash);
  noteTokenUse(token.id, from.address, from.agent, from.group);
  if (token.replaced) noteReplacedUse(hash, from.address);
  const { id, name, created_at: createdAt, expires_at: expiresAt } = token;
  const { scopes, limits } = scopesOf(token.scopes);
  return {
    ...(await owner(token)),
    factors: [],
    credential: { kind: "token", id, name, scopes, createdAt, expiresAt },
    limits,
  };
}

function whyEnded({ expired, expires_at, revoked }: TokenRow): Refusal | undefined {
  if (expired) return new Refusal("token_expired", `This token expired on ${expires_at?.toISOString()}.`);
  return revoked ? new Refusal("token_revoked") : undefined;
}

function assertLive(token: TokenRow) {
  const ended = whyEnded(token);
  if (ended) throw ended;
  if (!token.active) throw new Refusal("owner_inactive");
  if (token.early)
    throw new Refusal("token_not_yet_valid", `This token is good from ${token.starts_at?.toISOString()} on.`);
}

const isElsewhere = ({ account_id }: Pick<PersonRow, "account_id">, { within }: From) =>
  within !== undefined && within !== account_id;

function noteRefusal(token: TokenRow, refusal: Refusal, { address, agent }: From) {
  const isForPlace = refusal.code === "address_not_allowed";
  refusal.about = { id: token.user_id, accountId: token.account_id, credential: { kind: "token", id: token.id } };
  noteTokenRefusal(token.id, isForPlace ? `${refusal.code} ${address}` : refusal.code, agent);
}

const scopesOf = memoizeByText((text) => {
  const scopes: string[] = JSON.parse(text);
  return { scopes, limits: patternsOf(scopes) };
}, 1_000_000);
