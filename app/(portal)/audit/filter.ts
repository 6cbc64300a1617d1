import { listAddress } from "#components/lists/list-address.ts";
import type { AuditFilter } from "#lib/audit/filter.ts";
import { plainWord } from "#lib/http/next/asked.ts";

/** Which entries the page shows, as its address says; `account` is another than the own, or `*` for all of them. */
export type Filter = AuditFilter & { account?: string; cursor?: string };

type Query = Record<string, string | string[] | undefined>;

/** Reads an address leniently: what it says wrong is as if it were not there. */
export function readFilter(query: Query): Filter {
  const text = (name: string, fits: RegExp) => {
    const given = plainWord(query[name]);
    return fits.test(given) ? given : undefined;
  };
  return {
    account: text("account", /^([1-9]\d{7}|\*)$/),
    actor: text("actor", /^.{1,254}$/u),
    action: text("action", /^[a-z_]{1,50}(\.[a-z_]{0,49})?$/),
    target: text("target", /^.{1,100}$/u),
    result: (["done", "refused"] as const).find((result) => result === query.result),
    from: dayOf(text("from", day)),
    until: dayOf(text("until", day)),
    cursor: text("cursor", /^.{1,1000}$/u),
  };
}

const day = /^\d{4}-\d{2}-\d{2}$/;

function dayOf(text: string | undefined) {
  const isDay = text && text >= "0001" && !Number.isNaN(Date.parse(text));
  return isDay && new Date(text).toISOString().startsWith(text) ? text : undefined;
}

/** What an operation is asked for it. */
export const inputOf = ({ account, ...filter }: Filter) => ({ ...filter, accountId: account });

/** The page that shows this. */
export const auditPath = (filter: Filter): string => listAddress("/audit", filter);

/** What a filter says, as fields of a form. */
export const entriesOf = (filter: Filter): [string, string][] =>
  Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));

/** Is anything left out? */
export const isFiltered = ({ cursor, account, ...filter }: Filter) => entriesOf(filter).length > 0;
