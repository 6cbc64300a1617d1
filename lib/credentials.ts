import { apiUserHolder } from "./api-users/holder.ts";
import type { Actor, Caller, Factor } from "./core/actor.ts";
import { recordRefusedCredential } from "./core/audit.ts";
import { Refusal } from "./core/errors.ts";
import { actingFor, mayImpersonate } from "./core/impersonation.ts";
import { readOnce } from "./core/kept.ts";
import type { Grant } from "./core/permissions.ts";
import { hashSecret, kindOfSecret } from "./core/secrets.ts";
import { together } from "./core/together.ts";
import { primaryPool } from "./db/index.ts";
import { countingFactors } from "./factors/policy.ts";
import { patternsOf } from "./scopes.ts";
import { boundsColumn, demandWithinBounds } from "./tokens/gate.ts";
import { closeAwaiting, endReplayed } from "./tokens/replaced.ts";
import { noteReplacedUse, noteSessionUse, noteTokenRefusal, noteTokenUse } from "./usage.ts";

/** From where a secret came; `within` is the account that it has to be of, for somebody who may know of no other. */
type From = Pick<Caller, "address" | "agent" | "group" | "requestId"> & { within?: string };

/**
 * Who a secret speaks for, asked of the primary in one indexed, prepared statement, at every use, with what their roles say
 * now. Refuses a secret that is cut off, unknown, expired or revoked, or whose owner may not sign in, each
 * with its own code; a token that is refused is put on record.
 */
export async function whoHolds(secret: string, from: From): Promise<Actor> {
  const kind = kindOfSecret(secret);
  if (kind === "pat") return recorded("tokens.use", from, tokenHolder(secret, from));
  if (kind === "ses") return sessionHolder(secret, false);
  if (kind === "api") return recorded("api_users.use_token", from, apiUserHolder(secret, from));
  throw new Refusal("token_malformed");
}

/**
 * As {@link whoHolds}, for the token of a session of AIMS, which is worth something in its own header alone: at its own door,
 * or at another.
 */
export async function whoHoldsAims(secret: string, from: From, isAtItsDoor = false): Promise<Actor> {
  if (kindOfSecret(secret) !== "aim") throw new Refusal("token_malformed");
  return recorded("sessions.use_aims", from, sessionHolder(secret, true, isAtItsDoor));
}

async function recorded(action: string, from: From, holder: Promise<Actor>): Promise<Actor> {
  try {
    return await holder;
  } catch (error) {
    const isNobodys = from.within !== undefined && error instanceof Refusal && !error.about;
    if (error instanceof Refusal && !isNobodys) await recordRefusedCredential(action, from, error);
    throw error;
  }
}

const maySignIn = `u.active and a.active and not u.notifications_only and (u.locked_until is null or u.locked_until <= now())`;

const person = `
  u.id as user_id, u.account_id, u.username, u.full_name, u.email, ${maySignIn} as active, a.name as account_name,
  (select json_agg(json_build_object('role', r.name, 'permissions', r.permissions) order by r.id) from roles r
     where r.id in (select role_id from user_roles where user_id = u.id union all
       select g.role_id from group_members m join group_roles g on g.group_id = m.group_id where m.user_id = u.id)
  )::text as grants`;

type PersonRow = {
  user_id: string;
  account_id: string;
  username: string;
  full_name: string;
  email: string;
  active: boolean;
  account_name: string;
  grants: string | null;
};

const awaiting = "select from replaced_secrets o where o.token_id = t.id and o.until_first_use and o.ends_at > now()";

// The inner `select $1` hides how many hashes there are, so that Postgres plans once and not at each use; the lateral
// join with its limit keeps to one look into the index for each hash, whatever the planner may guess.
const tokenStatement = (about: string, from: string, hash: string) => `
  select asked.place::int, token.* from unnest((select $1::bytea[])) with ordinality as asked(hash, place), lateral (
    select t.id, t.name, array_to_json(t.scopes)::text as scopes, t.created_at, t.starts_at, t.expires_at, t.ended_at is not null as revoked,
      coalesce(t.starts_at > now(), false) as early, coalesce(t.expires_at <= now(), false) as expired, ${boundsColumn}, ${about}, ${person}
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
  /** It is a former secret of the token. */
  replaced: boolean;
  /** It is one past its end. */
  outdated: boolean;
  /** It is the first use since a rotation that gave the secret before it until then. */
  first: boolean;
};

const finder = (name: string, text: string) =>
  together(async (hashes: Buffer[]) => {
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

// One statement for both would make each use of a present secret pay for the plan of the other. A secret goes from the one to the other in one
// commit and never back, so that none is missed in between.
const findToken = async (hash: Buffer) => (await findPresent(hash)) ?? findFormer(hash);

async function tokenHolder(secret: string, from: From): Promise<Actor> {
  const hash = hashSecret(secret);
  const token = await findToken(hash);
  if (!token || isElsewhere(token, from)) throw new Refusal("token_unknown");
  try {
    if (token.outdated) throw whyEnded(token) ?? (await endReplayed(token.id, from));
    demandLive(token);
    if (token.bounds !== null) await demandWithinBounds(token.id, token.bounds, from);
  } catch (error) {
    if (error instanceof Refusal) noteRefusal(token, error, from);
    throw error;
  }
  if (token.first) await closeAwaiting(token.id, hash);
  noteTokenUse(token.id, from.address, from.agent, from.group);
  if (token.replaced) noteReplacedUse(hash, from.address);
  const { id, name, created_at: createdAt, expires_at: expiresAt } = token;
  const { scopes, limits } = scopesOf(token.scopes);
  return {
    ...owner(token),
    factors: [],
    credential: { kind: "token", id, name, scopes, createdAt, expiresAt },
    limits,
  };
}

function whyEnded({ expired, expires_at, revoked }: TokenRow): Refusal | undefined {
  if (expired) return new Refusal("token_expired", `This token expired on ${expires_at?.toISOString()}.`);
  return revoked ? new Refusal("token_revoked") : undefined;
}

function demandLive(token: TokenRow) {
  const ended = whyEnded(token);
  if (ended) throw ended;
  if (!token.active) throw new Refusal("owner_inactive");
  if (token.early)
    throw new Refusal("token_not_started", `This token is good from ${token.starts_at?.toISOString()} on.`);
}

const isElsewhere = ({ account_id }: Pick<PersonRow, "account_id">, { within }: From) =>
  within !== undefined && within !== account_id;

function noteRefusal(token: TokenRow, refusal: Refusal, { address, agent }: From) {
  const isForPlace = refusal.code === "address_not_allowed";
  refusal.about = { id: token.user_id, accountId: token.account_id, credential: { kind: "token", id: token.id } };
  noteTokenRefusal(token.id, isForPlace ? `${refusal.code} ${address}` : refusal.code, agent);
}

const sessionStatement = `
  select s.id, s.expires_at, exists (select from unnest(s.factors) f where f like 'access_key %') as by_key, s.impersonator_session_id, s.impersonation_reason, s.strong, least(s.fresh_until, s.proven_at + interval '1 hour') as fresh_until,
    least(s.fresh_until, s.proven_at + interval '1 hour') > now() as fresh, u.password_hash is not null as password,
    exists (select from authenticators f where f.user_id = u.id and f.confirmed_at is not null) as totp,
    exists (select from passkeys f where f.user_id = u.id) as passkey,
    exists (select from recovery_codes f where f.user_id = u.id and f.used_at is null) as recovery, s.last_seen_at < now() - interval '1 minute' as quiet,
    s.expires_at <= now() or s.last_seen_at + s.idle_minutes * interval '1 minute' <= now() as expired, ${person}
  from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
  where s.secret_hash = $1 and (s.kind = 'aims') = $2`;

type SessionRow = PersonRow &
  Record<Factor, boolean> & {
    id: string;
    expires_at: Date;
    quiet: boolean;
    expired: boolean;
    strong: boolean;
    by_key: boolean;
    fresh: boolean;
    fresh_until: Date;
    impersonator_session_id: string | null;
    impersonation_reason: string | null;
  };

const everyFactor: Factor[] = ["password", "totp", "passkey", "recovery"];

async function sessionHolder(secret: string, isAims: boolean, isAtItsDoor = false): Promise<Actor> {
  const values = [hashSecret(secret), isAims];
  const { rows } = await primaryPool().query<SessionRow>({ name: "who-by-session", text: sessionStatement, values });
  const session = rows[0];
  if (!session) throw new Refusal("session_ended");
  const isOver = session.expired && session.impersonator_session_id === null;
  if (isOver || !session.active) throw refusalOf(session, isAims);
  if (session.quiet && !session.expired) noteSessionUse(session.id);
  const { id, expires_at: expiresAt, strong } = session;
  const freshUntil = session.fresh ? session.fresh_until : null;
  const factors = countingFactors(everyFactor.filter((factor) => session[factor]));
  const aims = isAims ? { byKey: session.by_key, isAtItsDoor } : undefined;
  const credential = { kind: "session" as const, id, expiresAt, freshUntil, strong, aims };
  const actor = { ...owner(session), factors, credential, limits: null };
  return session.impersonator_session_id === null ? actor : impersonated(actor, session);
}

/** A browser that comes with an old cookie is nothing to put on record; a program that comes with an old token is. */
function refusalOf({ expired, id, user_id, account_id }: SessionRow, isAims: boolean): Refusal {
  const refusal = new Refusal(expired ? "session_ended" : "owner_inactive");
  if (isAims) refusal.about = { id: user_id, accountId: account_id, credential: { kind: "session", id } };
  return refusal;
}

const impersonatorStatement = `
  select s.id, s.last_seen_at < now() - interval '1 minute' as quiet,
    s.expires_at <= now() or s.last_seen_at + s.idle_minutes * interval '1 minute' <= now() as expired,
    (select r.rights from account_relations r
      where r.kind = 'managed' and r.managing_id = u.account_id and r.managed_id = $2) as rights, ${person}
  from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
  where s.id = $1 and s.impersonator_session_id is null`;

type ImpersonatorRow = PersonRow & { id: string; quiet: boolean; expired: boolean; rights: string[] | null };

/**
 * Somebody as whom another one acts: as long as that one's own session goes on, they may still do it, and both accounts
 * still agree on it. All of this is asked at every use. Once their time is over, the way back is all that is left.
 */
async function impersonated(actor: Actor, session: SessionRow): Promise<Actor> {
  const values = [session.impersonator_session_id, actor.accountId];
  const { rows } = await primaryPool().query<ImpersonatorRow>(impersonatorStatement, values);
  const [row] = rows;
  if (!row || row.expired || !row.active) throw new Refusal("session_ended");
  const isAbroad = row.account_id !== actor.accountId;
  if (isAbroad && !row.rights) throw new Refusal("session_ended");
  const rights = isAbroad ? row.rights : null;
  const { grants, ...who } = owner(row);
  if (!mayImpersonate(grants, { accountId: actor.accountId, rights })) throw new Refusal("session_ended");
  const over = session.expired;
  if (row.quiet && !over) noteSessionUse(row.id);
  const impersonator = { ...who, sessionId: row.id, reason: session.impersonation_reason ?? "", over };
  return actingFor(actor, impersonator, grants, rights);
}

const owner = (row: PersonRow) => ({
  id: row.user_id,
  accountId: row.account_id,
  accountName: row.account_name,
  username: row.username,
  fullName: row.full_name,
  email: row.email,
  grants: row.grants ? grantsOf(row.grants) : [],
});

/** Characters of text that are kept read; with what is made of them, they take some 32 MB at most. */
const mostText = 4_000_000;

const grantsOf = readOnce((text): Grant[] => JSON.parse(text), mostText);

const scopesOf = readOnce((text) => {
  const scopes: string[] = JSON.parse(text);
  return { scopes, limits: patternsOf(scopes) };
}, mostText / 4);
