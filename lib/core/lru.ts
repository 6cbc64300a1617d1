/** A text longer than this part of all is not kept, so that one of them does not push everything else out. */
const largestPart = 1 / 16;

/**
 * Values by text, of as many characters of text as there may be: what was not asked for lately gives way. It keeps two
 * generations, so that asking for what is there costs one look and no bookkeeping.
 */
export class LruCache<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #size = 0;
  readonly #most: number;
  readonly #longest: number;

  constructor(most: number) {
    this.#most = most / 2;
    this.#longest = most * largestPart;
  }

  get(text: string): T | undefined {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, value: T): void {
    if (text.length > this.#longest) return;
    if (this.#size + text.length > this.#most) this.#grow();
    this.#young.set(text, value);
    this.#size += text.length;
  }

  #grow() {
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}

/**
 * The same text is the same thing: read once, and the very same object each time, so that verdicts on it can be kept;
 * up to so many characters of text.
 */
export function memoizeByText<T>(read: (text: string) => T, most: number): (text: string) => T {
  const known = new LruCache<T>(most);
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}
