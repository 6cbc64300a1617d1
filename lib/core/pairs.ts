import { PatternIndex } from "./pattern-index.ts";
import { isManaged, isNumbered, scopeOf, widened, withScope } from "./pattern-scopes.ts";
import { overlap } from "./permissions.ts";

/** How many pairs of patterns a comparison may still look at. */
export type Pairs = { left: number };

/**
 * What is held is told from patterns one by one. Pairs of them are looked at where a denial and an allowance cross and
 * neither covers the other: so many in one comparison, and what is not decided by then counts as not held.
 */
export const maxPairs = 1000;

/** As many pairs as one comparison may look at. */
export const allPairs = (): Pairs => ({ left: maxPairs });

/** What somebody holds, ready to be compared: each list that must cover a pattern, and what is denied to them. */
export type Index = { required: PatternIndex[]; denied: string[]; denials: PatternIndex };

/**
 * Whether somebody holds a pattern, and with it all that it covers; what is denied to them does not count where it is
 * spared.
 */
export function held(index: Index, spared: string[], pairs: Pairs): (pattern: string) => boolean {
  const exceptions = new PatternIndex(spared);
  let barring: PatternIndex | undefined;
  const isBarred = (wide: string) => {
    if (exceptions.covers(wide) || !index.denials.meets(wide)) return false;
    // A denial that is spared as a whole takes nothing from anything.
    barring ??= spared.length ? new PatternIndex(index.denied.filter((one) => !exceptions.covers(one))) : index.denials;
    for (const denial of barring.meeting(wide))
      if (!exceptions.covers(overlap(denial, wide) ?? denial) || pairs.left-- <= 0) return true;
    return false;
  };
  return (pattern) => index.required.every((list) => reaches(list, pattern)) && !isBarred(widened(pattern));
}

/** Does one of the patterns cover another that does not speak of the own account by its id? */
export const reaches = (index: PatternIndex, pattern: string): boolean =>
  index.covers(pattern) || (isNumbered(pattern) && index.covers(widened(pattern)));

/**
 * The first that any of the ones, which are not held, and any of the others both cover, and that is not held: what
 * others that are held cover is.
 */
export function commonNotHeld(
  holds: (pattern: string) => boolean,
  ones: string[],
  others: string[],
  pairs: Pairs,
): string | undefined {
  if (!ones.length) return undefined;
  const missing = others.filter((pattern) => !holds(pattern));
  for (const pattern of common(ones, missing)) if (!holds(pattern) || pairs.left-- <= 0) return pattern;
  return undefined;
}

/**
 * What any of the ones and any of the others both cover, one by one; one managed account is among all that are managed.
 */
export function* common(ones: string[], others: string[]): Generator<string> {
  const all = new PatternIndex(others);
  const byWide = Map.groupBy(others.filter(isNumbered), (pattern) => withScope(pattern, "*"));
  const numbered = new PatternIndex(byWide.keys());
  for (const one of ones) {
    for (const other of all.meeting(one)) yield* overlapping(one, other);
    if (isManaged(one))
      for (const wide of numbered.meeting(withScope(one, "*")))
        for (const other of byWide.get(wide) ?? []) yield* overlapping(withScope(one, scopeOf(other)), other);
    if (isNumbered(one))
      for (const other of all.meeting(withScope(one, "managed")))
        if (isManaged(other)) yield* overlapping(one, withScope(other, scopeOf(one)));
  }
}

function* overlapping(one: string, other: string): Generator<string> {
  const both = overlap(one, other);
  if (both !== null) yield both;
}
