import { plainWord } from "#lib/http/next/asked.ts";
import type { TokenSort } from "#lib/tokens/list.ts";
import type { TokenStatus } from "#lib/tokens/token.ts";

/** Which tokens the list shows, as its address says. */
export type Filter = {
  search: string;
  state: "active" | "inactive";
  status: TokenStatus | "";
  sort: TokenSort;
  cursor: string;
};

/** The words of a status, where they can be filtered by. */
export const statusLabels = {
  active: {
    active: "Active",
    expires_soon: "Expires soon",
    expiring_today: "Expiring today",
    not_started: "Not started",
    rotating: "Rotating",
    never_used: "Never used",
    unused: "Unused for 90 days",
  },
  inactive: { expired: "Expired", revoked: "Revoked" },
} as const;

/** The words of an order. */
export const sortLabels: Record<TokenSort, string> = {
  created: "Newest first",
  name: "Name",
  expires: "Expires first",
  lastUsed: "Last used",
};

const usual: Record<string, string> = { state: "active", sort: "created" };

/** Reads an address leniently: what it says wrong is as if it were not there. */
export function readFilter(params: { get(name: string): string | null }): Filter {
  const state = params.get("state") === "inactive" ? "inactive" : "active";
  return {
    state,
    search: plainWord(params.get("search")).slice(0, 100),
    status: known(statusLabels[state], params.get("status")) ?? "",
    sort: known(sortLabels, params.get("sort")) ?? "created",
    cursor: params.get("cursor") ?? "",
  };
}

function known<Words extends object>(words: Words, word: string | null) {
  return Object.keys(words).find((key): key is keyof Words & string => key === word);
}

/** The query of a filter, for our own address and the API's alike; what is as usual is left out. */
export function queryOf(filter: Partial<Filter>): string {
  const entries = Object.entries(filter).filter(([name, value]) => value && value !== usual[name]);
  return new URLSearchParams(entries).toString();
}

/** The page of the list that shows this. */
export function listPath(filter: Partial<Filter>): string {
  const query = queryOf(filter);
  return query ? `/tokens?${query}` : "/tokens";
}

/** Is anything left out that the tab could show? */
export const isFiltered = ({ search, status }: Filter) => search !== "" || status !== "";
