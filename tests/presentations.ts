import { randomBytes } from "node:crypto";
import { mintSecret } from "#lib/core/crypto/secrets.ts";
import { execute } from "#lib/core/execute.ts";
import type { RestOperation } from "#lib/core/operation.ts";
import { permissionOf } from "#lib/core/permissions.ts";
import { asksForStepUp } from "#lib/core/rules.ts";
import { methodOf } from "#lib/http/shape.ts";
import { beginImpersonation } from "#lib/people/impersonation.ts";
import { revokeToken } from "#lib/tokens/revoke.ts";
import { grantOwn, type Person, person, type RoleName, sql, takeRoles } from "./cast.ts";
import { aimsToken, asPerson, bearer, cookieOf, type Headers, ownOrigin, sessionOf, tokenOf } from "./credentials.ts";
import { globalRole, roleRow } from "./rights.ts";
import { apiTokenOf, apiUserRow } from "./samples/api-users.ts";

/** `ok`, or the code that a caller is refused with. */
export type Verdict = "ok" | string;

/** A way of calling: who calls, with what, and what the operation must say to it. */
export type Presentation = {
  name: string;
  roles: RoleName[];
  headers(who: Person, operation: RestOperation): Promise<Headers>;
  verdict(operation: RestOperation): Verdict;
  /** The operation to which what its sample lacks on a portal in use is there in this case. */
  enables?: string;
  /** It opened something once; where anyone may, it must not stand in the way of signing in. */
  isOver?: boolean;
  /** Whoever is on record, where that is not the person but somebody made for them; their id. */
  actor?(who: Person): Promise<string>;
};

/**
 * What is a person's own, and needs no role; a Member may nothing else of this portal. An operation with a new `allow`
 * needs a line here or is for who administers.
 */
const membersMay = new Set([
  "get:profile",
  "update:profile",
  "list:token",
  "create:token",
  "get:token",
  "update:token",
  "delete:token",
  "rotate:token",
  "verify:credential",
  "list:service_credential",
  "create:service_credential",
  "get:service_credential",
  "update:service_credential",
  "delete:service_credential",
  "reveal:service_credential",
  "test:service_credential",
]);

/** What every live credential may, whatever its roles and scopes. */
const everyoneMay = new Set(["verify:credential"]);

/**
 * Scopes of which the first carries the permission; what is sensitive and stands not here, no standard scope carries.
 */
export const carrying: Record<string, string[]> = {
  "get:profile": ["profile:read"],
  "update:profile": ["profile:write"],
  "list:token": ["read-only"],
  "get:token": ["read-only"],
  "create:token": ["APIKey", "profile:read"],
  "update:token": ["APIKey"],
  "delete:token": ["APIKey"],
  "rotate:token": ["tokens:rotate-self"],
  "verify:credential": ["Tasks"],
  "list:service_credential": ["Secret"],
  "get:service_credential": ["Secret"],
  "reveal:service_credential": ["Secret"],
  "test:service_credential": ["Secret"],
  "list:account": ["accounts"],
  "get:account": ["accounts"],
  "create:account": ["accounts"],
  "update:account": ["accounts"],
  "get:user": ["read-only"],
  "list:user": ["users"],
  "create:user": ["users"],
  "update:user": ["users"],
  "delete:user": ["users"],
  "list:audit": ["audit"],
  "get:audit": ["audit"],
  "list:mail_failure": ["read-only"],
  "retry:mail_failure": ["mail"],
  "list:access_key": ["read-only"],
  "get:access_key": ["read-only"],
  "update:access_key": ["access-keys"],
  "delete:access_key": ["access-keys"],
  "list:api_user": ["read-only"],
  "get:api_user": ["read-only"],
  "update:api_user": ["api-users"],
  "delete:api_user": ["api-users"],
  "list:role": ["read-only"],
  "get:role": ["read-only"],
  "create:role": ["roles"],
  "update:role": ["roles"],
  "delete:role": ["roles"],
  "grant:role": ["roles"],
  "revoke:role": ["roles"],
  "list:integration": ["read-only"],
  "get:integration": ["read-only"],
  "create:integration": ["integrations"],
  "update:integration": ["integrations"],
  "delete:integration": ["integrations"],
  "list:group": ["read-only"],
  "get:group": ["read-only"],
  "create:group": ["groups"],
  "update:group": ["groups"],
  "delete:group": ["groups"],
  "list:gateway": ["read-only"],
  "create:gateway": ["gateways"],
  "delete:gateway": ["gateways"],
};

const idle = ["Tasks"];
const scopesFor = ({ allow }: RestOperation) => carrying[allow] ?? idle;

const isOpen = ({ allow }: RestOperation) => allow === "anyone";
const isForSessions = ({ allow }: RestOperation) => allow === "signed-in";

/**
 * What no token does to others, whatever its scopes: it would change factors, passwords or sessions, or make secrets
 * (I-24).
 */
const byHand = new Set([
  "users.end_session",
  "users.end_sessions",
  "users.remove_factors",
  "users.give_password",
  "users.force_password_reset",
  "impersonation.begin",
  "tokens.rotate",
  "api_users.create",
  "api_users.add_secret",
  "api_users.drop_secret",
  "api_user_settings.reveal_key",
  "api_user_settings.rotate_key",
]);
const unless = (isAllowed: (operation: RestOperation) => boolean, code: string) => (operation: RestOperation) =>
  isAllowed(operation) ? "ok" : code;

const ofMember = unless((it) => isOpen(it) || isForSessions(it) || membersMay.has(it.allow), "forbidden");

/** What a token may: what its owner's role grants and a scope of it carries. */
export function ofToken(isGranted: (allow: string) => boolean, isCarried: (allow: string) => boolean) {
  return (operation: RestOperation) => {
    if (isForSessions(operation)) return "session_required";
    const { allow } = operation;
    if (isOpen(operation) || everyoneMay.has(allow)) return "ok";
    if (!isGranted(allow)) return "forbidden";
    if (!isCarried(allow)) return "insufficient_scope";
    return byHand.has(operation.name) ? "session_required" : "ok";
  };
}

const byMember = (allow: string) => membersMay.has(allow);
const byAdministrator = () => true;
/** Which `action:resource` some scope carries. */
export const byScope = (allow: string) => allow in carrying;
/** What a token without the scope carries. */
export const byNone = () => false;

const always = (code: string) => () => code;

const over = (code: string) => ({ verdict: unless(isOpen, code), isOver: true });

const isSafe = (operation: RestOperation) => methodOf(operation) === "GET";

type Give = Presentation["headers"];

const nothing: Give = async () => ({});
/** Ways to come with something in hand. */
/** With a session. */
export const session: Give = async (who) => bearer(await sessionOf(who));
/**
 * Where a proxy is trusted, an address in a network that nobody else is in: refusals of nobody in particular are folded
 * by theirs.
 */
const fromAnywhere = () => ({ "x-forwarded-for": `10.${++addresses >> 8}.${addresses & 255}.1` });
let addresses = 0;

const cookie: Give = async (who) => cookieOf(await sessionOf(who));
const ownCookie: Give = async (who, operation) => ({ ...(await cookie(who, operation)), ...ownOrigin() });
/** With a token that has the scope. */
export const token: Give = async (who, operation) =>
  asAdministrator(who, async () => bearer((await tokenOf(who, scopesFor(operation))).secret));
/** With a token that none of the operations under test is in a scope of. */
export const idleToken: Give = async (who) =>
  asAdministrator(who, async () => bearer((await tokenOf(who, idle)).secret));

/** Nobody can ask for a scope that is of no use to them: what it is made for was theirs at that time. */
async function asAdministrator<T>({ id }: Person, work: () => Promise<T>): Promise<T> {
  const [lent] = await sql<{ role_id: string }>(
    `insert into user_roles (user_id, role_id) select $1, id from roles where name = 'Administrator'
     on conflict do nothing returning role_id`,
    id,
  );
  const made = await work();
  if (lent) await sql("delete from user_roles where user_id = $1 and role_id = $2", id, lent.role_id);
  return made;
}

/** An administrator of the same account, who acts as this person. */
const impersonation: Give = async (who) => {
  const caller = await asPerson(await person(who.accountId, ["Administrator"]));
  const input = { userId: who.id, reason: "Ticket 4711: no apps listed" };
  return bearer((await execute(beginImpersonation, caller, input)).output.token);
};

/** An API user of the person's account, in a group that holds this role. */
const program =
  (roleFor: (accountId: string, operation: RestOperation) => Promise<string>): Give =>
  async ({ accountId }, operation) => {
    const roleIds = [await roleFor(accountId, operation)];
    return bearer(await apiTokenOf(await apiUserRow(accountId, { roleIds })));
  };

const programOf = async ({ accountId }: Person) =>
  (
    await sql<{ id: string }>("select id from api_users where account_id = $1 order by created_at limit 1", accountId)
  )[0]?.id ?? "";

/** Everything in the account, and this by its name. */
const naming = (accountId: string, operation: RestOperation) =>
  roleRow(accountId, { "*:own:*:*": "allowed", [permissionOf(operation)]: "allowed" });

/**
 * What is for people's own hands, and what is about their own things, is refused to programs whatever their roles say.
 */
function ofProgram(isNamed: boolean) {
  return (operation: RestOperation): Verdict => {
    const { name, allow, about } = operation;
    if (isOpen(operation) || everyoneMay.has(allow)) return "ok";
    if (isForSessions(operation) || about) return "session_required";
    if (asksForStepUp(operation) && !isNamed) return "forbidden";
    return byHand.has(name) ? "session_required" : "ok";
  };
}

const impersonationExits = ["impersonation.end", "sessions.end_current"];
const openToImpersonators = [
  "get:profile",
  "update:profile",
  "verify:credential",
  "list:service_credential",
  "get:service_credential",
  "test:service_credential",
];

/** What is not for the person's own hands: reading, and changing how they appear. */
function ofImpersonated(operation: RestOperation): Verdict {
  const { name, allow, audit } = operation;
  if (isOpen(operation) || impersonationExits.includes(name)) return "ok";
  const isForOwnHands =
    asksForStepUp(operation) || methodOf(operation) === "DELETE" || allow.endsWith(":token") || /export$/.test(name);
  if (isForOwnHands || (isForSessions(operation) && audit)) return "not_while_impersonating";
  return isForSessions(operation) || openToImpersonators.includes(allow) ? "ok" : "forbidden";
}

/** A credential that was good until this happened. */
const until =
  (give: Give, happens: (who: Person) => Promise<unknown>): Give =>
  async (who, operation) => {
    const given = await give(who, operation);
    await happens(who);
    return given;
  };

const setOwn = (table: string, change: string) => (who: Person) =>
  sql(`update ${table} set ${change} where user_id = $1`, who.id);
const closeAccount = (who: Person) => sql("update accounts set active = false where id = $1", who.accountId);
const deactivate = (who: Person) => sql("update users set active = false where id = $1", who.id);
const denyAll = (who: Person) => grantOwn(who.id, `Suspended ${who.id}`, { "*:*:*:*": "denied" });

async function revokeAll(who: Person) {
  const caller = await asPerson(who);
  const live = await sql<{ id: string }>("select id from tokens where user_id = $1", who.id);
  for (const { id } of live) await execute(revokeToken, caller, { id });
}

const changed = (secret: string) => secret.slice(0, 20) + (secret[20] === "x" ? "y" : "x") + secret.slice(21);
const broken: Give = async (who, operation) => ({
  authorization: changed(String((await token(who, operation)).authorization)),
});

/** Every way of calling, by what is brought: each kind has a test file of its own, so that several run at once. */
export const presentations = {
  sessions: [
    { name: "nobody", roles: [], headers: nothing, verdict: unless(isOpen, "unauthenticated") },
    { name: "a member's session", roles: ["Member"], headers: session, verdict: ofMember },
    { name: "an administrator's session", roles: ["Administrator"], headers: session, verdict: always("ok") },
    { name: "a role-less person's session", roles: [], headers: session, verdict: ofMember },
    {
      name: "the session of somebody whom a role denies everything",
      roles: ["Administrator"],
      headers: until(session, denyAll),
      verdict: unless((it) => isOpen(it) || isForSessions(it), "forbidden"),
    },
    {
      name: "a session in which nothing was proven for a quarter of an hour",
      roles: ["Administrator"],
      headers: until(session, setOwn("sessions", "fresh_until = now()")),
      verdict: unless((it) => !asksForStepUp(it), "step_up_required"),
    },
    {
      name: "a session in which something was proven an hour ago, and used ever since",
      roles: ["Administrator"],
      headers: until(session, setOwn("sessions", "proven_at = now() - interval '1 hour'")),
      verdict: unless((it) => !asksForStepUp(it), "step_up_required"),
    },
    {
      name: "an administrator who acts as a member",
      roles: ["Member"],
      headers: impersonation,
      verdict: ofImpersonated,
      enables: "impersonation.end",
    },
  ],
  cookies: [
    { name: "a cookie from our own pages", roles: ["Member"], headers: ownCookie, verdict: ofMember },
    {
      name: "a cookie without an origin",
      roles: ["Member"],
      headers: async (who: Person, operation: RestOperation) => ({
        ...(await cookie(who, operation)),
        ...fromAnywhere(),
      }),
      verdict: (operation) => (isSafe(operation) ? ofMember(operation) : "origin_refused"),
    },
    ...["http://evil.example", "null", "http://localhost:3000.evil.example", "http://localhost"].map((origin) => ({
      name: `a cookie from ${origin}`,
      roles: ["Administrator" as const],
      headers: async (who: Person, operation: RestOperation) => ({
        ...(await cookie(who, operation)),
        ...fromAnywhere(),
        origin,
      }),
      verdict: unless(isSafe, "origin_refused"),
    })),
  ],
  programs: [
    { name: "a member's AIMS token", roles: ["Member"], headers: aimsToken, verdict: ofMember },
    { name: "an administrator's AIMS token", roles: ["Administrator"], headers: aimsToken, verdict: always("ok") },
    {
      name: "an API user who may do everything",
      roles: [],
      headers: program(() => globalRole("Administrator")),
      verdict: ofProgram(false),
      actor: programOf,
    },
    {
      name: "an API user whose role names it",
      roles: [],
      headers: program(naming),
      verdict: ofProgram(true),
      actor: programOf,
    },
  ],
  tokens: [
    {
      name: "a token with the scope",
      roles: ["Member"],
      headers: token,
      verdict: ofToken(byMember, byScope),
    },
    {
      name: "an administrator's token with the scope",
      roles: ["Administrator"],
      headers: token,
      verdict: ofToken(byAdministrator, byScope),
    },
    {
      name: "a token without the scope",
      roles: ["Member"],
      headers: idleToken,
      verdict: ofToken(byMember, byNone),
    },
    {
      name: "an administrator's token without the scope",
      roles: ["Administrator"],
      headers: idleToken,
      verdict: ofToken(byAdministrator, byNone),
    },
    {
      name: "a token whose owner lost the role",
      roles: ["Member"],
      headers: until(token, (who) => takeRoles(who.id)),
      verdict: ofToken(byMember, byScope),
    },
  ],
  refusedTokens: [
    {
      name: "an expired token",
      roles: ["Administrator"],
      headers: until(token, setOwn("tokens", "expires_at = now()")),
      verdict: always("token_expired"),
    },
    {
      name: "a revoked token",
      roles: ["Administrator"],
      headers: until(token, revokeAll),
      verdict: always("token_revoked"),
    },
    { name: "a mistyped token", roles: ["Administrator"], headers: broken, verdict: always("token_malformed") },
    {
      name: "an unknown token",
      roles: [],
      headers: async () => bearer(mintSecret("pat")),
      verdict: always("token_unknown"),
    },
    {
      name: "a ticket in a token's place",
      roles: [],
      headers: async () => bearer(mintSecret("tkt")),
      verdict: always("token_malformed"),
    },
    {
      name: "another scheme",
      roles: [],
      headers: async () => ({ authorization: `Basic ${randomBytes(12).toString("base64")}` }),
      verdict: always("token_malformed"),
    },
  ],
  endedCredentials: [
    {
      name: "the token of somebody inactive",
      roles: ["Administrator"],
      headers: until(token, deactivate),
      ...over("owner_inactive"),
    },
    {
      name: "the session of somebody inactive",
      roles: ["Administrator"],
      headers: until(session, deactivate),
      ...over("owner_inactive"),
    },
    {
      name: "the token of a closed account",
      roles: ["Administrator"],
      headers: until(token, closeAccount),
      ...over("owner_inactive"),
    },
    {
      name: "the cookie of a closed account",
      roles: ["Administrator"],
      headers: until(ownCookie, closeAccount),
      ...over("owner_inactive"),
    },
    {
      name: "a session past its end",
      roles: ["Administrator"],
      headers: until(session, setOwn("sessions", "expires_at = now()")),
      ...over("session_ended"),
    },
    {
      name: "a session idle for too long",
      roles: ["Administrator"],
      headers: until(ownCookie, setOwn("sessions", "last_seen_at = now() - interval '61 minutes'")),
      ...over("session_ended"),
    },
    {
      name: "a session that was ended",
      roles: ["Administrator"],
      headers: until(session, (who) => sql("delete from sessions where user_id = $1", who.id)),
      ...over("session_ended"),
    },
  ],
} satisfies Record<string, Presentation[]>;

/** A kind of what is brought with a call. */
export type PresentationKind = keyof typeof presentations;
