import { memoizeByText } from "./lru.ts";
import { grammar } from "./permissions.ts";

type Read = { pattern: string; parts: string[]; wildcards: number };

/**
 * Permission patterns, of which there may be thousands, for questions about thousands of others: each looks at those
 * that fit and not at all of them. What is no pattern is not in it.
 */
export class PatternIndex {
  readonly #patterns: Set<string>;
  readonly #byWildcards: Map<number, Read[]>;
  readonly #byParts = new Map<string, Map<string, string[]>>();

  constructor(patterns: Iterable<string>) {
    const read = [...new Set(patterns)].map(readPattern).filter((one) => one !== null);
    this.#patterns = new Set(read.map(({ pattern }) => pattern));
    this.#byWildcards = Map.groupBy(read, ({ wildcards }) => wildcards);
  }

  /**
   * Does one of them cover all that this pattern does? One that does is this one with wildcards for some of its parts.
   */
  covers(pattern: string): boolean {
    const read = this.#patterns.size > 0 && readPattern(pattern);
    if (!read) return false;
    for (const wildcards of this.#byWildcards.keys()) {
      const isAsWide = (wildcards & read.wildcards) === read.wildcards;
      if (isAsWide && this.#patterns.has(widened(read.parts, wildcards))) return true;
    }
    return false;
  }

  /** Does any of them cover something which this pattern covers too? */
  meets(pattern: string): boolean {
    return !this.meeting(pattern).next().done;
  }

  /** Those that cover something which this pattern covers too, one by one. */
  *meeting(pattern: string): Generator<string> {
    const read = this.#patterns.size > 0 && readPattern(pattern);
    if (!read) return;
    for (const wildcards of this.#byWildcards.keys()) {
      const free = wildcards | read.wildcards;
      yield* this.#partsOf(wildcards, free).get(widened(read.parts, free)) ?? [];
    }
  }

  /** Those with wildcards in these places, by their parts in the places that are not free. */
  #partsOf(wildcards: number, free: number): Map<string, string[]> {
    const key = `${wildcards} ${free}`;
    const known = this.#byParts.get(key);
    if (known) return known;
    const grouped = Map.groupBy(this.#byWildcards.get(wildcards) ?? [], ({ parts }) => widened(parts, free));
    const texts = new Map([...grouped].map(([parts, reads]) => [parts, reads.map(({ pattern }) => pattern)]));
    this.#byParts.set(key, texts);
    return texts;
  }
}

/** Null for what is no pattern. Many lists have the same ones, and each is looked at again and again. */
const readPattern = memoizeByText((pattern): Read | null => {
  if (!grammar.test(pattern)) return null;
  const parts = pattern.split(":");
  const wildcards = parts.reduce((bits, part, place) => (part === "*" ? bits | (1 << place) : bits), 0);
  return { pattern, parts, wildcards };
}, 500_000);

const widened = (parts: string[], places: number): string =>
  parts.map((part, place) => (places & (1 << place) ? "*" : part)).join(":");
