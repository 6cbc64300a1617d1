import { type Actor, verdict } from "./actor.ts";
import { coveringIn, permissionOf } from "./permissions.ts";
import type { Tenant } from "./tenant.ts";

/** Did the account agree to an `action:resource` by that of whoever acts in it? What is one's own account, always. */
const isAgreed = ({ accountId, rights }: Pick<Tenant, "accountId" | "rights">, needed: string): boolean =>
  rights?.some(coveringIn(permissionOf(needed, "managed"), accountId)) ?? true;

/**
 * May the actor do this in the account that they act in? Their own roles say so and, of another account, its
 * relationship (I-31).
 */
export const mayIn = (actor: Actor, tenant: Pick<Tenant, "accountId" | "rights">, needed: string): boolean =>
  isAgreed(tenant, needed) && verdict(actor, needed, tenant.accountId).allowed;
