import { LRUCache } from "lru-cache";
import type { Actor } from "./actor.ts";
import { allPairs, held, type Index, type Pairs, reaches } from "./pairs.ts";
import { PatternIndex } from "./pattern-index.ts";
import { scopeOf, widened, withScope } from "./pattern-scopes.ts";
import { effective, type Grant, overlap, readable } from "./permissions.ts";
import type { Tenant } from "./tenant.ts";

/** A map of permission patterns, as a role has it. */
export type Permissions = Record<string, string>;

/**
 * What somebody may pass on in a place, in the words of that place: what their roles allow and deny, and the lists that
 * limit it, a token's scopes and what the account has agreed to.
 */
type GrantablePermissions = { allowed: string[]; denied: string[]; limits: string[][] };

/**
 * What an actor holds in a place. In their own account its id is another word for `own`; in a managed one what they
 * hold of scope `managed`, of that account's id or of any is theirs, as far as the account has agreed. The same grants
 * are the same versions of roles: what was asked of them last is kept, for one request asks it again and again.
 */
export function grantableBy(actor: Pick<Actor, "grants" | "limits">, tenant: Tenant): GrantablePermissions {
  const asked = JSON.stringify([tenant.accountId, actor.limits, tenant.rights]);
  const known = kept.get(actor.grants);
  if (known?.asked === asked) return known.holding;
  const holding = readHolding(actor, tenant);
  kept.set(actor.grants, { asked, holding });
  return holding;
}

/** What holders hold in the place where they asked last, with its index: patterns in all, some 50 MB at most. */
const kept = new LRUCache<Grant[], { asked: string; holding: GrantablePermissions }>({
  maxSize: 100_000,
  sizeCalculation: ({ holding: { allowed, denied, limits } }) => 1 + [allowed, denied, ...limits].flat().length,
});

function readHolding({ grants, limits }: Pick<Actor, "grants" | "limits">, tenant: Tenant): GrantablePermissions {
  const entries = grants.flatMap(({ permissions }) => Object.entries(permissions));
  const said = (isAllowed: boolean) =>
    entries.filter(([, effect]) => (effect === "allowed") === isAllowed).map(([pattern]) => pattern);
  return {
    allowed: inWordsOf(tenant, said(true)),
    denied: inWordsOf(tenant, said(false).map(readable)).map(widened),
    limits: [limits, tenant.rights].filter((list) => list !== null).map((list) => inWordsOf(tenant, list)),
  };
}

/**
 * Whether somebody holds a pattern of a place, and with it all that it covers. What is denied to them does not count
 * where `spared` denies it too.
 */
export function holds(holding: GrantablePermissions, tenant: Tenant, spared: Permissions, pairs = allPairs()) {
  const exceptions = deniedIn(spared)
    .filter((pattern) => !tenant.rights || isHere(tenant, pattern))
    .map((pattern) => givenIn(tenant, pattern));
  const isHeld = held(indexOf(holding), exceptions, pairs);
  return (pattern: string): boolean => isHeld(givenIn(tenant, pattern));
}

/** The patterns that somebody gets or is no longer denied by a change, and that who changes it does not hold. */
export function notHeld(
  holding: GrantablePermissions,
  tenant: Tenant,
  before: Permissions,
  after: Permissions,
  pairs?: Pairs,
): string[] {
  const isHeld = holds(holding, tenant, after, pairs);
  return given(before, after).filter((pattern) => !isHeld(pattern));
}

const indexOf = ({ allowed, denied, limits }: GrantablePermissions): Index => ({
  required: [allowed, ...limits].map(indexed),
  denied,
  denials: indexed(denied),
});

/** Made once of each list of a holding, for all that it is compared with. */
const indexes = new WeakMap<string[], PatternIndex>();

function indexed(patterns: string[]): PatternIndex {
  const index = indexes.get(patterns) ?? new PatternIndex(patterns);
  indexes.set(patterns, index);
  return index;
}

/** All that a user's roles say together, as one map: a denial stands above the same allowance. */
export const asOne = (held: Permissions[]): Permissions =>
  effective(
    held.map((permissions) => ({ role: "", permissions })),
    null,
  );

/** The same without what is allowed in vain, since a denial covers all of it. */
export function withoutVain(permissions: Permissions): Permissions {
  const denied = new PatternIndex(deniedIn(permissions));
  const isVain = (pattern: string) => denied.covers(pattern);
  const entries = Object.entries(permissions);
  return Object.fromEntries(entries.filter(([pattern, effect]) => effect !== "allowed" || !isVain(pattern)));
}

const ofOthers = "admin:*:*:*";

/**
 * What is administrative of all that somebody holds: what the portal asks for before it touches other people and the
 * account. People's own things (service `portal`) and their rights in other products are not, so that an administrator
 * can offboard somebody who uses a product which they do not. Neither is what names no place, which opens nothing.
 */
export function administrativeIn(permissions: Permissions): Permissions {
  const cut = (patterns: string[], effect: "allowed" | "denied") =>
    patterns.flatMap((pattern) => {
      const common = overlap(pattern, ofOthers);
      return common && scopeOf(common) ? [[common, effect] as const] : [];
    });
  return Object.fromEntries([...cut(allowedIn(permissions), "allowed"), ...cut(deniedIn(permissions), "denied")]);
}

/** Does a change give anything that reaches further than the account it is made in? */
export const reachesManagedAccounts = (tenant: Tenant, before: Permissions, after: Permissions): boolean =>
  reachingOn(tenant, given(before, after)).length > 0;

/** Those of these patterns that reach further than the account. */
export const reachingOn = ({ accountId }: Tenant, patterns: string[]): string[] =>
  patterns.filter((pattern) => !["own", accountId].includes(scopeOf(pattern)));

/** The patterns that a map allows. */
export const allowedIn = (permissions: Permissions) => keysOf(permissions, (effect) => effect === "allowed");
const deniedIn = (permissions: Permissions) => keysOf(permissions, (effect) => effect !== "allowed").map(readable);

const keysOf = (permissions: Permissions, fits: (effect: string) => boolean) =>
  Object.entries(permissions)
    .filter(([, effect]) => fits(effect))
    .map(([pattern]) => pattern);

/** What is newly allowed, and what is no longer denied: a denial that is lifted gives what it denied. */
export const given = (before: Permissions, after: Permissions) => [
  ...beyond(allowedIn(before), allowedIn(after)),
  ...beyond(deniedIn(after), deniedIn(before)),
];

/**
 * What a change gives somebody of this account, in its words: what is newly allowed; and what is no longer denied, as
 * far as it is `allowed`. `before` and `after` are all that they hold.
 */
export function addedPermissions(accountId: string, before: Permissions, after: Permissions) {
  const allowed = allowedHere(accountId, after);
  const added = beyond(allowedHere(accountId, before), allowed, reaches);
  return { added, lifted: denials(accountId, after, before), allowed };
}

/** What a change newly denies, in words of the account. */
export function denials(accountId: string, before: Permissions, after: Permissions): string[] {
  const words = inWords(accountId);
  return beyond(words(deniedIn(before)), words(deniedIn(after)), reaches);
}

/** What a map allows, in words of the account. */
export const allowedHere = (accountId: string, permissions: Permissions): string[] =>
  inWords(accountId)(allowedIn(permissions));

/** The patterns that none of the others covers. */
function beyond(others: string[], patterns: string[], isCovered = covering): string[] {
  const index = new PatternIndex(others);
  return patterns.filter((pattern) => !isCovered(index, pattern));
}

const covering = (held: PatternIndex, pattern: string) => held.covers(pattern);

const inWords = (accountId: string) => (patterns: string[]) =>
  patterns.map((pattern) => inWordsOfOwn(accountId, pattern));

/** An account's own id is another word for `own`. */
const inWordsOfOwn = (accountId: string, pattern: string) =>
  scopeOf(pattern) === accountId ? withScope(pattern, "own") : pattern;

/** What is held, in the words of the tenant: in a managed account, what reaches it; nothing of what does not. */
function inWordsOf(tenant: Tenant, patterns: string[]): string[] {
  if (!tenant.rights) return patterns.map((pattern) => givenIn(tenant, pattern));
  const reaching = patterns.filter((pattern) => ["*", "managed", tenant.accountId].includes(scopeOf(pattern)));
  return reaching.map((pattern) => (scopeOf(pattern) === "*" ? pattern : withScope(pattern, "managed")));
}

/**
 * What a role of the tenant says, in the same words. In a managed account, what it says of that account itself is what
 * the managing side has to hold; what reaches further is looked at beforehand, by {@link reachesManagedAccounts}.
 */
function givenIn({ accountId, rights }: Tenant, pattern: string): string {
  if (rights) return withScope(pattern, "managed");
  return inWordsOfOwn(accountId, pattern);
}

/** Does a pattern speak of the tenant itself? */
const isHere = ({ accountId }: Tenant, pattern: string) => ["*", "own", accountId].includes(scopeOf(pattern));
