import type { NamedAccount } from "#components/account-switcher.tsx";
import type { Actor } from "#lib/core/actor.ts";

/** The accounts that the reader's manages, as many as the switcher offers, and whether there are more. */
export async function managedAccounts(_actor: Actor): Promise<{ managed: NamedAccount[]; more: boolean }> {
  return { managed: [], more: false };
}
