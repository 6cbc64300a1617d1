import { canInAccount } from "#components/layout/can-in-account.ts";
import { toOption } from "#components/lists/combobox/fetch-options.ts";
import { maxOptions, noOptions, type Options, type Resource } from "#components/lists/combobox/options.ts";
import { listRoles } from "#lib/access/roles/list.ts";
import type { Actor } from "#lib/core/actor.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import { read } from "#lib/http/next/page.ts";
import { listGroups } from "#lib/people/groups/list.ts";

type Query = Record<string, string | string[] | undefined>;

/** The words by which an address looks for things to choose from. */
export const optionSearch = (query: Query, of: Resource): string => plainWord(query[`find-${of}`]).slice(0, 100);

type Page = { items: Parameters<typeof toOption>[1][]; nextCursor: string | null };

/** A page of a list as options. */
export const optionsOf = (of: Resource, find: string, { items, nextCursor }: Page): Options => ({
  of,
  find,
  items: items.map((row) => toOption(of, row)),
  more: nextCursor !== null,
});

const asked = (account: string | undefined, find: string) => ({
  accountId: account,
  limit: maxOptions,
  search: find || undefined,
});

/** The roles that people of the account can hold; none for who may not see them. */
export async function roleOptions(actor: Actor, account: string | undefined, find = ""): Promise<Options> {
  if (!canInAccount(actor, "list:role", account)) return noOptions;
  return optionsOf("roles", find, await read(listRoles, asked(account, find)));
}

/** The groups of the account; none for who may not see them. */
export async function groupOptions(actor: Actor, account: string | undefined, find = ""): Promise<Options> {
  if (!canInAccount(actor, "list:group", account)) return noOptions;
  return optionsOf("groups", find, await read(listGroups, asked(account, find)));
}
