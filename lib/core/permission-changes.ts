import type { Permissions } from "./delegation.ts";
import { reaches } from "./pairs.ts";
import { PatternIndex } from "./pattern-index.ts";
import { scopeOf, withScope } from "./pattern-scopes.ts";
import { readable } from "./permissions.ts";
import type { Tenant } from "./tenant.ts";

/** Made once of each list of a holding, for all that it is compared with. */
const indexes = new WeakMap<string[], PatternIndex>();

export function indexed(patterns: string[]): PatternIndex {
  const index = indexes.get(patterns) ?? new PatternIndex(patterns);
  indexes.set(patterns, index);
  return index;
}

/** Does a change give anything that reaches further than the account it is made in? */
export const reachesManagedAccounts = (tenant: Tenant, before: Permissions, after: Permissions): boolean =>
  reachingOn(tenant, given(before, after)).length > 0;

/** Those of these patterns that reach further than the account. */
export const reachingOn = ({ accountId }: Tenant, patterns: string[]): string[] =>
  patterns.filter((pattern) => !["own", accountId].includes(scopeOf(pattern)));

/** The patterns that a map allows. */
export const allowedIn = (permissions: Permissions) => keysOf(permissions, (effect) => effect === "allowed");

export const deniedIn = (permissions: Permissions) =>
  keysOf(permissions, (effect) => effect !== "allowed").map(readable);

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
export function inWordsOf(tenant: Tenant, patterns: string[]): string[] {
  if (!tenant.rights) return patterns.map((pattern) => givenIn(tenant, pattern));
  const reaching = patterns.filter((pattern) => ["*", "managed", tenant.accountId].includes(scopeOf(pattern)));
  return reaching.map((pattern) => (scopeOf(pattern) === "*" ? pattern : withScope(pattern, "managed")));
}

/**
 * What a role of the tenant says, in the same words. In a managed account, what it says of that account itself is what
 * the managing side has to hold; what reaches further is looked at beforehand, by {@link reachesManagedAccounts}.
 */
export function givenIn({ accountId, rights }: Tenant, pattern: string): string {
  if (rights) return withScope(pattern, "managed");
  return inWordsOfOwn(accountId, pattern);
}

/** Does a pattern speak of the tenant itself? */
export const isHere = ({ accountId }: Tenant, pattern: string) => ["*", "own", accountId].includes(scopeOf(pattern));
