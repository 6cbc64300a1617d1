import { mayHere } from "#components/layout/can-in-account.ts";
import { named } from "#components/lists/combobox/fetch-options.ts";
import { type Choices, mostOffered, noChoices, type Resource } from "#components/lists/combobox/options.ts";
import { listRoles } from "#lib/access/roles/list.ts";
import type { Actor } from "#lib/core/actor.ts";
import { plainWord } from "#lib/http/next/asked.ts";
import { read } from "#lib/http/next/page.ts";
import { listGroups } from "#lib/people/groups/list.ts";

type Query = Record<string, string | string[] | undefined>;

/** The words by which an address looks for things to choose from. */
export const findIn = (query: Query, of: Resource): string => plainWord(query[`find-${of}`]).slice(0, 100);

type Page = { items: Parameters<typeof named>[1][]; nextCursor: string | null };

/** A page of a list as choices. */
export const choicesOf = (of: Resource, find: string, { items, nextCursor }: Page): Choices => ({
  of,
  find,
  items: items.map((row) => named(of, row)),
  more: nextCursor !== null,
});

const asked = (account: string | undefined, find: string) => ({
  accountId: account,
  limit: mostOffered,
  search: find || undefined,
});

/** The roles that people of the account can hold; none for who may not see them. */
export async function rolesHere(actor: Actor, account: string | undefined, find = ""): Promise<Choices> {
  if (!mayHere(actor, "list:role", account)) return noChoices;
  return choicesOf("roles", find, await read(listRoles, asked(account, find)));
}

/** The groups of the account; none for who may not see them. */
export async function groupsHere(actor: Actor, account: string | undefined, find = ""): Promise<Choices> {
  if (!mayHere(actor, "list:group", account)) return noChoices;
  return choicesOf("groups", find, await read(listGroups, asked(account, find)));
}
