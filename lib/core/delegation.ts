import { LRUCache } from "lru-cache";
import type { Actor } from "./actor.ts";
import { allPairs, held, type Index, type Pairs } from "./pairs.ts";
import { PatternIndex } from "./pattern-index.ts";
import { scopeOf, widened } from "./pattern-scopes.ts";
import { allowedIn, deniedIn, given, givenIn, indexed, inWordsOf, isHere } from "./permission-changes.ts";
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
