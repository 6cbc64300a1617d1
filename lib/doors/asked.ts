/** What cannot be seen stands in no name of the portal, and Postgres takes no zero byte. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A word of an address, the first where it says several, without what cannot be seen; empty when it says none. */
export const plainWord = (said: unknown): string => {
  const first = Array.isArray(said) ? said[0] : said;
  return typeof first === "string" ? first.replace(unseen, "").trim() : "";
};
