/** What every page of a list says, however it is called. */
export type ListPage = { items: unknown[]; nextCursor: string | null };

/** The list as the server rendered it: for which query, and when (milliseconds since 1970). */
export type FirstPage<Page extends ListPage> = { query: string; page: Page; at: number };

/** What is shown of the list. */
export type Shown<Page extends ListPage> = {
  page: Page | undefined;
  error: { signedOut: boolean } | null;
  /** The page is the one before, until there is an answer. */
  isBusy: boolean;
  /** When the page was had (milliseconds since 1970), 0 where there is none. */
  since: number;
};

/** What `LiveList` has for a query. `refresh` asks for all it has anew. */
export type LiveAnswer<Page extends ListPage> = Shown<Page> & { query: string; refresh: () => void };

/** How often a list is refreshed, and from when on it counts as old; milliseconds. */
export const pause = 30_000;
export const fresh = pause / 3;
