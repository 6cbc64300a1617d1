import type { TokenPage } from "#lib/tokens/list.ts";

/** The list as the server rendered it: for which query, and when (milliseconds since 1970). */
export type FirstPage = { query: string; page: TokenPage; at: number };

/** What is shown of the list. */
export type Shown = {
  page: TokenPage | undefined;
  error: { signedOut: boolean } | null;
  /** The page is the one before, until there is an answer. */
  isBusy: boolean;
  /** When the page was had (milliseconds since 1970), 0 where there is none. */
  since: number;
};

/** What `LiveTokens` has for a query. `refresh` asks for all it has anew. */
export type Answer = Shown & { query: string; refresh: () => void };

/** How often the list is refreshed, and from when on it counts as old; milliseconds. */
export const pause = 30_000;
export const fresh = pause / 3;
