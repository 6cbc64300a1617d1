import type { Actor } from "./actor.ts";
import { PatternIndex } from "./pattern-index.ts";
import { effective, overlap, readable } from "./permissions.ts";
import type { Place } from "./place.ts";

/** A map of permission patterns, as a role has it. */
export type Permissions = Record<string, string>;

/**
 * What somebody may pass on in a place, in the words of that place: what their roles allow and deny, and the lists that
 * limit it, a token's scopes and what the account has agreed to.
 */
export type Holding = { allowed: string[]; denied: string[]; limits: string[][] };

/**
 * What an actor holds in a place. In their own account its id is another word for `own`; in a managed one what they hold of
 * scope `managed`, of that account's id or of any is theirs, as far as the account has agreed.
 */
export function holdingOf({ grants, limits }: Pick<Actor, "grants" | "limits">, place: Place): Holding {
  const entries = grants.flatMap(({ permissions }) => Object.entries(permissions));
  const said = (isAllowed: boolean) =>
    entries.filter(([, effect]) => (effect === "allowed") === isAllowed).map(([pattern]) => pattern);
  return {
    allowed: inWordsOf(place, said(true)),
    denied: inWordsOf(place, said(false).map(readable)).map(widened),
    limits: [limits, place.rights].filter((list) => list !== null).map((list) => inWordsOf(place, list)),
  };
}

/** The patterns that somebody gets or is no longer denied by a change, and that who changes it does not hold. */
export function notHeld(holding: Holding, place: Place, before: Permissions, after: Permissions): string[] {
  const spared = deniedIn(after)
    .filter((pattern) => !place.rights || isHere(place, pattern))
    .map((pattern) => givenIn(place, pattern));
  const holds = held(holding, spared);
  return given(before, after).filter((pattern) => !holds(givenIn(place, pattern)));
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

const ofOthers = "aims:*:*:*";

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
export const reachesOn = (place: Place, before: Permissions, after: Permissions): boolean =>
  given(before, after).some((pattern) => !["own", place.accountId].includes(scopeOf(pattern)));

/** Whether somebody holds a pattern; what is denied to them does not count where it is spared. */
function held(holding: Holding, spared: string[]): (pattern: string) => boolean {
  const { required, denials } = indexOf(holding);
  const exceptions = new PatternIndex(spared);
  return (pattern) =>
    required.every((list) => reaches(list, pattern)) &&
    denials.overlaps(widened(pattern)).every((common) => exceptions.covers(common));
}

type Index = { required: PatternIndex[]; denials: PatternIndex };

/** Made once of what somebody holds, for all that it is compared with. */
const indexes = new WeakMap<Holding, Index>();

function indexOf(holding: Holding): Index {
  const { allowed, denied, limits } = holding;
  const index = indexes.get(holding) ?? {
    required: [allowed, ...limits].map((list) => new PatternIndex(list)),
    denials: new PatternIndex(denied),
  };
  indexes.set(holding, index);
  return index;
}

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
 * What somebody of this account may do after a change that they could not before it: what is newly allowed, and of what is
 * allowed what is no longer denied, in words of the account. `before` and `after` are all that they hold.
 */
export function gained(accountId: string, before: Permissions, after: Permissions): string[] {
  const words = inWords(accountId);
  const allowed = words(allowedIn(after));
  const lifted = beyond(words(deniedIn(after)), words(deniedIn(before)), reaches);
  return [...new Set([...beyond(words(allowedIn(before)), allowed, reaches), ...common(lifted, allowed)])];
}

/** What a change newly denies, in words of the account. */
export function denials(accountId: string, before: Permissions, after: Permissions): string[] {
  const words = inWords(accountId);
  return beyond(words(deniedIn(before)), words(deniedIn(after)), reaches);
}

/** What of a role's allowances these denials take away, in words of the account. */
export const takenBy = (accountId: string, denied: string[], permissions: Permissions): string[] =>
  common(denied, inWords(accountId)(allowedIn(permissions)));

/** What any of the ones and any of the others both cover; one managed account is among all that are managed. */
function common(ones: string[], others: string[]): string[] {
  const all = new PatternIndex(others);
  const numbered = new PatternIndex(others.filter(isNumbered).map((pattern) => withScope(pattern, "*")));
  const byWide = Map.groupBy(others.filter(isNumbered), (pattern) => withScope(pattern, "*"));
  return ones.flatMap((one) => {
    const beside = isManaged(one)
      ? numbered.meeting(withScope(one, "*")).flatMap((wide) => byWide.get(wide) ?? [])
      : [];
    const within = isNumbered(one) ? all.meeting(withScope(one, "managed")).filter(isManaged) : [];
    return [
      ...all.overlaps(one),
      ...beside.flatMap((other) => overlap(withScope(one, scopeOf(other)), other) ?? []),
      ...within.flatMap((other) => overlap(one, withScope(other, scopeOf(one))) ?? []),
    ];
  });
}

/** The patterns that none of the others covers. */
function beyond(others: string[], patterns: string[], isCovered = covering): string[] {
  const index = new PatternIndex(others);
  return patterns.filter((pattern) => !isCovered(index, pattern));
}

const covering = (held: PatternIndex, pattern: string) => held.covers(pattern);

const scopeOf = (pattern: string) => pattern.split(":")[1] ?? "";

function withScope(pattern: string, scope: string): string {
  const [service, , action, resource] = pattern.split(":");
  return [service, scope, action, resource].join(":");
}

const isNumbered = (pattern: string) => /^\d+$/.test(scopeOf(pattern));
const isManaged = (pattern: string) => scopeOf(pattern) === "managed";

/** One managed account as any of them, where less would be guessed. */
const widened = (pattern: string) => (isNumbered(pattern) ? withScope(pattern, "managed") : pattern);

/** Does one of the patterns cover another that does not speak of the own account by its id? */
const reaches = (held: PatternIndex, pattern: string) => held.covers(pattern) || held.covers(widened(pattern));

const inWords = (accountId: string) => (patterns: string[]) =>
  patterns.map((pattern) => inWordsOfOwn(accountId, pattern));

/** An account's own id is another word for `own`. */
const inWordsOfOwn = (accountId: string, pattern: string) =>
  scopeOf(pattern) === accountId ? withScope(pattern, "own") : pattern;

/** What is held, in the words of the place: in a managed account, what reaches it; nothing of what does not. */
function inWordsOf(place: Place, patterns: string[]): string[] {
  if (!place.rights) return patterns.map((pattern) => givenIn(place, pattern));
  const reaching = patterns.filter((pattern) => ["*", "managed", place.accountId].includes(scopeOf(pattern)));
  return reaching.map((pattern) => (scopeOf(pattern) === "*" ? pattern : withScope(pattern, "managed")));
}

/**
 * What a role of the place says, in the same words. In a managed account, what it says of that account itself is what the
 * managing side has to hold; what reaches further is looked at beforehand, by {@link reachesOn}.
 */
function givenIn({ accountId, rights }: Place, pattern: string): string {
  if (rights) return withScope(pattern, "managed");
  return inWordsOfOwn(accountId, pattern);
}

/** Does a pattern speak of the place itself? */
const isHere = ({ accountId }: Place, pattern: string) => ["*", "own", accountId].includes(scopeOf(pattern));
