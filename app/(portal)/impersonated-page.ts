import { inAccount } from "#components/acting-account.ts";
import type { Actor } from "#lib/core/actor.ts";

/** The page, in the administrators' part, of whom somebody acted as; `news` is what it is to say first. */
export function pageOf({ id, accountId, impersonator }: Actor, news?: string): string {
  const page = news ? `/users/${id}?${news}` : `/users/${id}`;
  return inAccount(page, accountId === impersonator?.accountId ? undefined : accountId);
}
