import { apiUserHolder } from "./api-users/holder.ts";
import type { Actor, Caller, Factor } from "./core/actor.ts";
import { Refusal } from "./core/errors.ts";
import { actingFor, mayImpersonate } from "./core/impersonation.ts";
import { readOnce } from "./core/kept.ts";
import type { Grant } from "./core/permissions.ts";
import { hashSecret, kindOfSecret } from "./core/secrets.ts";
import { together } from "./core/together.ts";
import { primaryPool } from "./db/index.ts";
import { countingFactors } from "./factors/policy.ts";
import { patternsOf } from "./scopes.ts";
import { noteSessionUse, noteTokenUse } from "./usage.ts";

type From = Pick<Caller, "address" | "agent">;

/**
 * Who a secret speaks for, asked of the primary in one indexed, prepared statement, at every use, with what their roles say
 * now. Refuses a secret that is cut off, unknown, expired or revoked, or whose owner may not sign in, each
 * with its own code.
 */
export async function whoHolds(secret: string, from: From): Promise<Actor> {
  const kind = kindOfSecret(secret);
  if (kind === "pat") return tokenHolder(secret, from);
  if (kind === "ses") return sessionHolder(secret, false);
  if (kind === "api") return apiUserHolder(secret, from);
  throw new Refusal("token_malformed");
}

/**
 * As {@link whoHolds}, for the token of a session of AIMS, which is worth something in its own header alone: at its own door,
 * or at another.
 */
export async function whoHoldsAims(secret: string, isAtItsDoor = false): Promise<Actor> {
  if (kindOfSecret(secret) !== "aim") throw new Refusal("token_malformed");
  return sessionHolder(secret, true, isAtItsDoor);
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

// The inner `select $1` hides how many hashes there are, so that Postgres plans once and not at each use; the lateral
// join with its limit keeps to one look into the index for each hash, whatever the planner may guess.
const tokenStatement = `
  select asked.place::int, token.* from unnest((select $1::bytea[])) with ordinality as asked(hash, place), lateral (
    select t.id, t.name, array_to_json(t.scopes)::text as scopes, t.expires_at, t.ended_at is not null as revoked,
      coalesce(t.expires_at <= now(), false) as expired, ${person}
    from tokens t join users u on u.id = t.user_id join accounts a on a.id = u.account_id
    where t.secret_hash = asked.hash limit 1) as token`;

type TokenRow = PersonRow & {
  place: number;
  id: string;
  name: string;
  scopes: string;
  expires_at: Date | null;
  revoked: boolean;
  expired: boolean;
};

const findToken = together(async (hashes: Buffer[]) => {
  const asked = { name: "who-by-token", text: tokenStatement, values: [hashes] };
  const { rows } = await primaryPool().query<TokenRow>(asked);
  const found: (TokenRow | undefined)[] = hashes.map(() => undefined);
  for (const row of rows) found[row.place - 1] = row;
  return found;
});

async function tokenHolder(secret: string, { address, agent }: From): Promise<Actor> {
  const token = await findToken(hashSecret(secret));
  if (!token) throw new Refusal("token_unknown");
  if (token.expired) throw new Refusal("token_expired", `This token expired on ${token.expires_at?.toISOString()}.`);
  if (token.revoked) throw new Refusal("token_revoked");
  if (!token.active) throw new Refusal("owner_inactive");
  noteTokenUse(token.id, address, agent);
  const { id, name, expires_at: expiresAt } = token;
  const { scopes, limits } = scopesOf(token.scopes);
  return { ...owner(token), factors: [], credential: { kind: "token", id, name, scopes, expiresAt }, limits };
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
  if (!session || session.expired) throw new Refusal("session_ended");
  if (!session.active) throw new Refusal("owner_inactive");
  if (session.quiet) noteSessionUse(session.id);
  const { id, expires_at: expiresAt, strong } = session;
  const freshUntil = session.fresh ? session.fresh_until : null;
  const factors = countingFactors(everyFactor.filter((factor) => session[factor]));
  const aims = isAims ? { byKey: session.by_key, isAtItsDoor } : undefined;
  const credential = { kind: "session" as const, id, expiresAt, freshUntil, strong, aims };
  const actor = { ...owner(session), factors, credential, limits: null };
  return session.impersonator_session_id === null ? actor : impersonated(actor, session);
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
 * still agree on it. All of this is asked at every use.
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
  if (row.quiet) noteSessionUse(row.id);
  const impersonator = { ...who, sessionId: row.id, reason: session.impersonation_reason ?? "" };
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
