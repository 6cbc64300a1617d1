import { listAddress } from "#components/lists/list-address.ts";
import { plainWord } from "#lib/http/next/asked.ts";

/** Which accounts the list shows, as its address says. */
export type Filter = { search?: string; active?: string; mfaRequired?: string; account?: string };

const yesOrNo = (word: unknown) => (word === "true" || word === "false" ? word : undefined);
const text = (word: unknown) => plainWord(word).slice(0, 100) || undefined;

/** Reads an address leniently: what it says wrong is as if it were not there. */
export const readFilter = (query: Record<string, unknown>): Filter => ({
  search: text(query.search),
  active: yesOrNo(query.active),
  mfaRequired: yesOrNo(query.mfaRequired),
});

/** The page of the list that shows this. */
export const accountsPath = (filter: Filter & { cursor?: string }): string => listAddress("/accounts", filter);

/** Is anything left out that the list could show? */
export const isFiltered = ({ search, active, mfaRequired }: Filter) => Boolean(search || active || mfaRequired);
