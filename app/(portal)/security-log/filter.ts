import { listAddress } from "#components/lists/list-address.ts";
import type { LogFilter } from "#lib/audit/security-log/log-filter.ts";
import { type EntryKind, kinds } from "#lib/audit/security-log/words.ts";
import { plainWord } from "#lib/http/next/asked.ts";

/** Which entries the page shows, as its address says. */
export type Filter = LogFilter & { cursor?: string };

type Query = Record<string, string | string[] | undefined>;

/** Reads an address leniently: what it says wrong is as if it were not there. */
export function readFilter(query: Query): Filter {
  const text = (name: string) => plainWord(query[name]).slice(0, 1000) || undefined;
  return {
    kind: kinds.find((kind): kind is EntryKind => kind === text("kind")),
    result: (["done", "refused"] as const).find((result) => result === text("result")),
    search: text("search")?.slice(0, 100),
    from: dayOf(text("from")),
    until: dayOf(text("until")),
    token: text("token")?.match(uuid)?.[0],
    cursor: text("cursor"),
  };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function dayOf(text: string | undefined) {
  const isDay = text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  return isDay && new Date(text).toISOString().startsWith(text) ? text : undefined;
}

/** The page that shows this. */
export const logPath = (filter: Filter): string => listAddress("/security-log", filter);

/** What a filter says, as fields of a form. */
export const entriesOf = (filter: Filter): [string, string][] =>
  Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));

/** Is anything left out? */
export const isFiltered = ({ cursor, ...filter }: Filter) => entriesOf(filter).length > 0;
