import { grammar, overlap } from "./permissions.ts";

type Read = { pattern: string; parts: string[]; wildcards: number };

/**
 * Permission patterns, of which there may be thousands, for questions about thousands of others: each looks at those that
 * fit and not at all of them. What is no pattern is not in it.
 */
export class PatternIndex {
  readonly #patterns: Set<string>;
  readonly #byWildcards: Map<number, Read[]>;
  readonly #byParts = new Map<string, Map<string, string[]>>();

  constructor(patterns: Iterable<string>) {
    const read = [...new Set(patterns)].map(readPattern).filter((one) => one !== undefined);
    this.#patterns = new Set(read.map(({ pattern }) => pattern));
    this.#byWildcards = Map.groupBy(read, ({ wildcards }) => wildcards);
  }

  /** Does one of them cover all that this pattern does? One that does is this one with wildcards for some of its parts. */
  covers(pattern: string): boolean {
    const read = readPattern(pattern);
    if (!read) return false;
    for (let mask = 0; mask < all; mask++) if (this.#patterns.has(widened(read.parts, mask))) return true;
    return false;
  }

  /** Those that cover something which this pattern covers too. */
  meeting(pattern: string): string[] {
    const read = readPattern(pattern);
    if (!read) return [];
    return [...this.#byWildcards.keys()].flatMap((wildcards) => {
      const free = wildcards | read.wildcards;
      return this.#partsOf(wildcards, free).get(widened(read.parts, free)) ?? [];
    });
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

  /** What this pattern and any of them both cover, as patterns. */
  overlaps(pattern: string): string[] {
    return this.meeting(pattern).flatMap((one) => overlap(one, pattern) ?? []);
  }
}

/** One more than the largest set of a pattern's four places, as bits. */
const all = 16;

function readPattern(pattern: string): Read | undefined {
  if (!grammar.test(pattern)) return undefined;
  const parts = pattern.split(":");
  const wildcards = parts.reduce((bits, part, place) => (part === "*" ? bits | (1 << place) : bits), 0);
  return { pattern, parts, wildcards };
}

const widened = (parts: string[], places: number): string =>
  parts.map((part, place) => (places & (1 << place) ? "*" : part)).join(":");
