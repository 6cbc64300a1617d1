import type { Actor } from "#lib/core/actor.ts";
import { read } from "#lib/doors/page.ts";
import { listGroups } from "#lib/groups/list.ts";
import { listRoles } from "#lib/roles/list.ts";
import { mayHere } from "./here.ts";

/** A role or a group, to be chosen by name. */
export type Named = { id: string; name: string };

const most = 100;
const named = ({ id, name }: Named): Named => ({ id, name });

/** The roles that people of the account can hold, the first hundred by name; none for who may not see them. */
export async function rolesHere(actor: Actor, account: string | undefined): Promise<Named[]> {
  if (!mayHere(actor, "list:role", account)) return [];
  return (await read(listRoles, { accountId: account, limit: most })).items.map(named);
}

/** The groups of the account, the first hundred by name; none for who may not see them. */
export async function groupsHere(actor: Actor, account: string | undefined): Promise<Named[]> {
  if (!mayHere(actor, "list:group", account)) return [];
  return (await read(listGroups, { accountId: account, limit: most })).items.map(named);
}
