import { seenOf } from "#lib/core/invisible.ts";

/**
 * A word of an address, the first where it says several; empty when it says none. What cannot be seen stands in no name
 * of the portal, and Postgres takes no zero byte: it is left out.
 */
export const plainWord = (said: unknown): string => {
  const first = Array.isArray(said) ? said[0] : said;
  return typeof first === "string" ? seenOf(first) : "";
};
