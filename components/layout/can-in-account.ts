import { type Actor, verdict } from "#lib/core/actor.ts";

/**
 * May the reader do this in the account acted in? What a relationship between accounts leaves of it shows when it is
 * done.
 */
export const canInAccount = (actor: Actor, permission: string, account: string | undefined): boolean =>
  verdict(actor, permission, account).allowed;
