import type { Actor } from "#lib/core/actor.ts";
import { read } from "#lib/doors/page.ts";
import { listGroups } from "#lib/groups/list.ts";
import { listRoles } from "#lib/roles/list.ts";
import { mayHere } from "./here.ts";

/** A role or a group, to be chosen by name. */
export type Named = { id: string; name: string };

const most = 100;
const named = ({ id, name }: Named): Named => ({ id, name });

/** The first hundred by name, and whether there are more. */
export type Choices = { items: Named[]; more: boolean };

/** Where nothing is to be chosen from. */
export const noChoices: Choices = { items: [], more: false };
const choicesOf = (page: { items: Named[]; nextCursor: string | null }): Choices => ({
  items: page.items.map(named),
  more: page.nextCursor !== null,
});

/** The roles that people of the account can hold; none for who may not see them. */
export async function rolesHere(actor: Actor, account: string | undefined): Promise<Choices> {
  if (!mayHere(actor, "list:role", account)) return noChoices;
  return choicesOf(await read(listRoles, { accountId: account, limit: most }));
}

/** The groups of the account; none for who may not see them. */
export async function groupsHere(actor: Actor, account: string | undefined): Promise<Choices> {
  if (!mayHere(actor, "list:group", account)) return noChoices;
  return choicesOf(await read(listGroups, { accountId: account, limit: most }));
}
