import type { NamedAccount } from "#components/layout/account-switcher.tsx";
import { listAccounts } from "#lib/accounts/list.ts";
import { type Actor, may } from "#lib/core/actor.ts";
import { read } from "#lib/http/next/page.ts";

const offered = 50;

/** The accounts that the reader's manages and that are open to them, as many as the switcher offers. */
export async function managedAccounts(actor: Actor): Promise<{ managed: NamedAccount[]; more: boolean }> {
  if (!may(actor, "list:account")) return { managed: [], more: false };
  const { items, nextCursor } = await read(listAccounts, { relationship: "managed", limit: offered });
  const managed = items.filter(({ open }) => open).map(({ id, name }) => ({ id, name }));
  return { managed, more: nextCursor !== null };
}
