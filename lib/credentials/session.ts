import { readPattern } from "#db/administration-service.ts";
import { primaryPool } from "#db/client.ts";
import { owner, type PersonRow, userColumns } from "#lib/access/principal/person.ts";
import { countingFactors } from "#lib/access/principal/signs-in-here.ts";
import type { Actor, Factor } from "#lib/core/actor.ts";
import { hashSecret } from "#lib/core/crypto/secrets.ts";
import { Refusal } from "#lib/core/errors.ts";
import { impersonatedActor, mayImpersonate } from "#lib/core/impersonation.ts";
import { noteSessionUse } from "#lib/tokens/usage/record.ts";

const sessionStatement = `
  select s.id, s.expires_at, s.access_key_id is not null or exists (select from unnest(s.factors) f where f like 'access_key %') as by_key, s.impersonator_session_id, s.impersonation_reason, s.strong, least(s.fresh_until, s.proven_at + interval '1 hour') as fresh_until,
    least(s.fresh_until, s.proven_at + interval '1 hour') > now() as fresh, u.password_hash is not null as password,
    exists (select from authenticators f where f.user_id = u.id and f.confirmed_at is not null) as totp,
    exists (select from passkeys f where f.user_id = u.id) as passkey,
    exists (select from recovery_codes f where f.user_id = u.id and f.used_at is null) as recovery, s.last_seen_at < now() - interval '1 minute' as quiet,
    s.expires_at <= now() or s.last_seen_at + s.idle_minutes * interval '1 minute' <= now() as expired, ${userColumns}
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

/**
 * Whose a session is, and as whom somebody acts in it; `isAims` says of which kind it has to be. Refuses one that has
 * ended, or whose person may not sign in.
 */
export async function sessionHolder(secret: string, isAims: boolean, viaAimsApi = false): Promise<Actor> {
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
  const aims = isAims ? { byKey: session.by_key, viaAimsApi } : undefined;
  const credential = { kind: "session" as const, id, expiresAt, freshUntil, strong, aims };
  const actor = { ...(await owner(session)), factors, credential, limits: null };
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
      where r.kind = 'managed' and r.managing_id = u.account_id and r.managed_id = $2) as rights, ${userColumns}
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
  const rights = isAbroad && row.rights ? row.rights.map(readPattern) : null;
  const { grants, ...who } = await owner(row);
  if (!mayImpersonate(grants, { accountId: actor.accountId, rights })) throw new Refusal("session_ended");
  const over = session.expired;
  if (row.quiet && !over) noteSessionUse(row.id);
  const impersonator = { ...who, sessionId: row.id, reason: session.impersonation_reason ?? "", over };
  return impersonatedActor(actor, impersonator, grants, rights);
}
