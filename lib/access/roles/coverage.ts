import { type Grant, grammar, readable, withAccountId } from "#lib/core/permissions.ts";

/** A set of permissions, by their places in a list: one bit each. */
export type Bits = Uint32Array;

/** What one role, or all of somebody's together, says of each permission of the list. */
export type CoveredBits = { allowed: Bits; denied: Bits };

/**
 * Answers what roles say of these permissions, as `decide` has it, for many roles and many permissions: each entry of a
 * role is looked up once, whatever the number of permissions. `accountId` is another word for `own`.
 */
export function coverageOf(permissions: string[], accountId: string) {
  const covered = placesByPattern(permissions, accountId);
  const none = (): Bits => new Uint32Array(Math.ceil(permissions.length / 32));

  return {
    /** Does a pattern cover any of them? */
    hasUnder: (pattern: string) => covered.has(pattern),
    /** What a role says. */
    of(said: Grant["permissions"]): CoveredBits {
      const answer = { allowed: none(), denied: none() };
      for (const [pattern, effect] of Object.entries(said)) {
        const isAllowed = effect === "allowed";
        const places = covered.get(isAllowed ? pattern : readable(pattern)) ?? [];
        for (const place of places) mark(isAllowed ? answer.allowed : answer.denied, place);
      }
      return answer;
    },
    /** What is allowed by all of them together: a denial beats every allowance. */
    held(roles: CoveredBits[]): Bits {
      const [allowed, denied] = [none(), none()];
      for (const role of roles)
        for (let word = 0; word < allowed.length; word++) {
          allowed[word] = (allowed[word] ?? 0) | (role.allowed[word] ?? 0);
          denied[word] = (denied[word] ?? 0) | (role.denied[word] ?? 0);
        }
      return allowed.map((bits, word) => bits & ~(denied[word] ?? 0));
    },
  };
}

/** The places that are in the one set and not in the other. */
export function placesBeyond(ones: Bits, others: Bits): number[] {
  const places: number[] = [];
  for (const [word, bits] of ones.entries())
    for (let left = bits & ~(others[word] ?? 0); left; left &= left - 1)
      places.push(word * 32 + 31 - Math.clz32(left & -left));
  return places;
}

const mark = (bits: Bits, place: number) => {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
};

/** The places in the list of what each pattern covers. */
function placesByPattern(permissions: string[], accountId: string): Map<string, number[]> {
  const covered = new Map<string, number[]>();
  for (const [place, permission] of permissions.entries())
    for (const pattern of patternsFor(permission, accountId)) {
      const places = covered.get(pattern);
      if (places) places.push(place);
      else covered.set(pattern, [place]);
    }
  return covered;
}

/** Every pattern that covers a permission: it with wildcards for some of its parts, also where it names the account. */
function patternsFor(permission: string, accountId: string): Set<string> {
  if (!grammar.test(permission)) return new Set();
  const spellings = permission.includes(":own:") ? [permission, withAccountId(permission, accountId)] : [permission];
  return new Set(spellings.flatMap(widenings));
}

function widenings(permission: string): string[] {
  const [service = "", ...rest] = permission.split(":");
  return rest.reduce<string[]>(
    (starts, part) => starts.flatMap((start) => [`${start}:${part}`, `${start}:*`]),
    [service, "*"],
  );
}
