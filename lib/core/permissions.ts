import { memoizeByText } from "./lru.ts";
import type { About } from "./rules.ts";

/** `service:scope:action:resource`; each part a word or `*`. The scope may also be empty or an account id. */
type Parts = readonly [service: string, scope: string, action: string, resource: string];

export type Effect = "allowed" | "denied";

/** What one role says: patterns and their effects; `isBaseline` marks what no role says and everybody holds. */
export type Grant = { role: string; permissions: Record<string, string>; isBaseline?: true };

/** How a permission pattern is written. */
export const grammar =
  /^(\*|[a-z][a-z0-9_-]*):(\*|own|managed|[1-9][0-9]{7}|):(\*|[a-z][a-z0-9_-]*):(\*|[a-z][a-z0-9_-]*)$/;

const parse = memoizeByText((pattern): Parts | null => {
  const [, service = "", scope = "", action = "", resource = ""] = grammar.exec(pattern) ?? [];
  return service ? [service, scope, action, resource] : null;
}, 500_000);

/** What people look after themselves, whatever they may do to others: not of the service `admin`. */
const ownThings = ["profile", "token", "credential", "service_credential"];

/**
 * What every person holds, whatever their roles: to look after what is their own. A role's denial stands above it, as
 * above every allowance. API users have nothing of their own.
 */
export const ownBaseline: Grant = {
  role: "Everyone",
  isBaseline: true,
  permissions: Object.fromEntries(ownThings.map((resource) => [`portal:own:*:${resource}`, "allowed"])),
};

/** What a person holds whose roles say this. */
export const grantsOfPerson = (roles: Grant[]): Grant[] => [ownBaseline, ...roles];

/** An `action:resource` in the account, or an operation, whose definition says what it is about. */
export type Needed = string | { allow: string; about?: About | undefined };

/** The permission that is needed for it in the own account, or in one that it manages. */
export function permissionOf(needed: Needed, scope: "own" | "managed" = "own"): string {
  if (typeof needed === "string") return `admin:${scope}:${needed}`;
  return `${needed.about ? "portal" : "admin"}:${scope}:${needed.allow}`;
}

/** The same permission in the words of a pattern that names the account itself, e.g. `admin:12345678:get:user`. */
export const withAccountId = (needed: string, accountId: string) => needed.replace(/:(own|managed):/, `:${accountId}:`);

/** Does the pattern cover the needed permission? Wildcards match whole parts; an unknown grammar covers nothing. */
export function covers(pattern: string, needed: string): boolean {
  const wide = parse(pattern);
  const narrow = parse(needed);
  if (!wide || !narrow) return false;
  return wide.every((part, place) => part === "*" || part === narrow[place]);
}

/** Does a pattern name this `action:resource`, rather than cover it with a wildcard? */
export const names = (pattern: string, allow: string): boolean => pattern.split(":").slice(2).join(":") === allow;

/** The permissions that both patterns cover, as one pattern; null when there are none. */
export function overlap(one: string, other: string): string | null {
  const [left, right] = [parse(one), parse(other)];
  if (!left || !right) return null;
  const common = left.map((part, place) => meet(part, right[place] ?? ""));
  return common.includes(null) ? null : common.join(":");
}

function meet(one: string, other: string): string | null {
  if (one === "*" || one === other) return other;
  return other === "*" ? one : null;
}

/** Why a permission is held or not, with the rule that decided. */
export type Verdict =
  | { allowed: true; role: string; pattern: string }
  | { allowed: false; reason: "denied"; role: string; pattern: string }
  | { allowed: false; reason: "not_granted" }
  | { allowed: false; reason: "scope" };

/**
 * Decides one permission. A denial beats every allowance; an entry that cannot be understood denies.
 * `scopes` are the patterns a token is limited to, null for a session. Patterns that name the account where it is to
 * happen count too, when `accountId` says which it is.
 */
export function decide(grants: Grant[], scopes: string[] | null, needed: string, accountId?: string): Verdict {
  const fits = fittingIn(needed, accountId);
  const denial = find(grants, ({ denied, unreadable }) => unreadable ?? denied.find(fits));
  if (denial) return { allowed: false, reason: "denied", ...denial };
  const allowance = find(grants, ({ allowed }) => allowed.find(fits));
  if (!allowance) return { allowed: false, reason: "not_granted" };
  if (scopes && !scopes.some(coveringIn(needed, accountId))) return { allowed: false, reason: "scope" };
  return { allowed: true, ...allowance };
}

/** What a role says, sorted out once: the patterns that can be understood, and the first denial that cannot. */
type Sorted = { allowed: string[]; denied: string[]; unreadable: string | undefined };

const sortedOut = new WeakMap<Grant, Sorted>();

function sortOut(grant: Grant): Sorted {
  const known = sortedOut.get(grant);
  if (known) return known;
  const entries = Object.entries(grant.permissions);
  const said = (isAllowed: boolean) =>
    entries.filter(([, effect]) => (effect === "allowed") === isAllowed).map(([pattern]) => pattern);
  const [allowed, denied] = [said(true).filter(isReadable), said(false)];
  const sorted = { allowed, denied: denied.filter(isReadable), unreadable: denied.find((one) => !isReadable(one)) };
  sortedOut.set(grant, sorted);
  return sorted;
}

/**
 * Asked once of each pattern of a role, so that what many of them say pushes nothing else out of what is kept parsed.
 */
const isReadable = (pattern: string) => grammar.test(pattern);

/** As {@link coveringIn}, of patterns of the grammar alone: it takes none of them apart, for there may be thousands. */
function fittingIn(needed: string, accountId?: string): (pattern: string) => boolean {
  const [own, named] = [parse(needed), parse(accountId === undefined ? needed : withAccountId(needed, accountId))];
  return (pattern) => (own !== null && fits(pattern, own)) || (named !== null && fits(pattern, named));
}

function fits(pattern: string, parts: Parts): boolean {
  let from = 0;
  for (const part of parts) {
    const isAny = pattern.charAt(from) === "*";
    const length = isAny ? 1 : part.length;
    if (!isAny && !pattern.startsWith(part, from)) return false;
    const end = pattern.charAt(from + length);
    if (end !== "" && end !== ":") return false;
    from += length + 1;
  }
  return true;
}

/** Whether a pattern covers what is needed in this account. */
export function coveringIn(needed: string, accountId?: string): (pattern: string) => boolean {
  const named = accountId === undefined ? needed : withAccountId(needed, accountId);
  return (pattern) => covers(pattern, needed) || covers(pattern, named);
}

function find(grants: Grant[], among: (said: Sorted) => string | undefined) {
  for (const grant of grants) {
    const pattern = among(sortOut(grant));
    if (pattern !== undefined) return { role: grant.role, pattern };
  }
}

/** What may be asked of the same grants before all of that is forgotten: who asks may put what they like. */
const maxRulings = 1000;

type Ruling<T> = (grants: Grant[], limits: string[] | null, needed: string, accountId?: string) => T;

/**
 * Remembers a ruling for as long as the grants and limits it is about live. They are never changed: what is read
 * anew from the database is another object as soon as it says something else.
 */
export function remembered<T extends object>(rule: Ruling<T>): Ruling<T> {
  const unlimited: string[] = [];
  const byGrants = new WeakMap<Grant[], WeakMap<string[], Map<string, T>>>();
  return (grants, limits, needed, accountId) => {
    const key = accountId === undefined ? needed : `${needed} ${accountId}`;
    const byLimits = byGrants.get(grants) ?? new WeakMap<string[], Map<string, T>>();
    const byNeed = byLimits.get(limits ?? unlimited) ?? new Map<string, T>();
    const ruling = byNeed.get(key) ?? rule(grants, limits, needed, accountId);
    if (byNeed.size >= maxRulings) byNeed.clear();
    byGrants.set(grants, byLimits.set(limits ?? unlimited, byNeed.set(key, ruling)));
    return ruling;
  };
}

/** All that is held, as patterns and effects; a token's are its scopes cut with its owner's rights. */
export const effective = (grants: Grant[], scopes: string[] | null): Record<string, Effect> =>
  allEffects(grants, scopes, "");

const allEffects = remembered((grants, scopes): Record<string, Effect> => {
  const entries = grants.flatMap(({ permissions }) => Object.entries(permissions));
  const allowed = entries.filter(([, effect]) => effect === "allowed").map(([pattern]) => pattern);
  const denied = entries.filter(([, effect]) => effect !== "allowed").map(([pattern]) => readable(pattern));
  // The same pattern of many roles is looked at once: there are up to 2,000 of them, in 10,000 entries.
  const [held, barred] = [cutAll(new Set(allowed), scopes), cutAll(new Set(denied), scopes)];
  return Object.fromEntries([...fill(held, "allowed"), ...fill(barred, "denied")]);
});

/** Is a pattern of the grammar? */
export const isWritten = (pattern: string): boolean => parse(pattern) !== null;

/** A denial that cannot be understood denies everything, as {@link decide} has it. */
export const readable = (pattern: string) => (parse(pattern) ? pattern : "*:*:*:*");

function cutAll(patterns: Set<string>, scopes: string[] | null): Set<string> {
  if (!scopes) return patterns;
  const common = [...patterns].flatMap((pattern) => scopes.map((scope) => overlap(pattern, scope)));
  return new Set(common.filter((pattern) => pattern !== null));
}

const fill = (patterns: Set<string>, effect: Effect) => [...patterns].map((pattern) => [pattern, effect] as const);
