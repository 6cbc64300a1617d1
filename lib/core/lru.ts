import { LRUCache } from "lru-cache";

/** A text longer than this part of all is not kept, so that one of them does not push everything else out. */
const largestPart = 1 / 16;

/**
 * Remembers what `read` makes of a text, up to `maxSize` characters of texts: the same text is the very same object each
 * time, so that verdicts on it can be remembered too. What was used least lately gives way.
 */
export function memoizeByText<T>(read: (text: string) => T, maxSize: number): (text: string) => T {
  const cache = new LRUCache<string, { value: T }>({
    maxSize,
    maxEntrySize: maxSize * largestPart,
    sizeCalculation: (_, text) => text.length || 1,
  });
  return (text) => {
    const found = cache.get(text);
    if (found) return found.value;
    const value = read(text);
    cache.set(text, { value });
    return value;
  };
}
