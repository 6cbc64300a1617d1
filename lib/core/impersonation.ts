import type { Actor, Impersonator } from "./actor.ts";
import { Refusal } from "./errors.ts";
import { coveringIn, decide, type Grant, overlap, permissionOf, readable } from "./permissions.ts";
import { asksForStepUp, type CheckedOperation } from "./rules.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Refuses everything but the way back to whoever acted as somebody else until their time was over; and to who acts as
 * somebody what is for that person's own hands, as each operation states.
 */
export function denyWhileImpersonating(operation: CheckedOperation, { impersonator }: Actor): void {
  if (!impersonator || operation.whileImpersonating === "exit") return;
  if (impersonator.over) throw new Refusal("impersonation_over");
  const isRefused = operation.whileImpersonating === "refused" || asksForStepUp(operation);
  if (isRefused) throw new Refusal("not_while_impersonating");
}

/** What somebody holds in a place, as patterns of it: what is allowed, and what is denied. */
type Lent = { allowed: string[]; denied: string[] };

/**
 * What an impersonator brings along. In a managed account that is what they hold of scope `managed`, as far as the
 * account has agreed to it, and there it reaches that account alone: `own`. What everybody holds of their own is not
 * lent: it is to look after oneself.
 */
function intersectPermissions(grants: Grant[], { accountId, rights }: Pick<Tenant, "accountId" | "rights">): Lent {
  const ofRoles = grants.filter(({ isBaseline }) => !isBaseline);
  const entries = ofRoles.flatMap(({ permissions }) => Object.entries(permissions));
  const allowed = entries.filter(([, effect]) => effect === "allowed").map(([pattern]) => pattern);
  const denied = entries.filter(([, effect]) => effect !== "allowed").map(([pattern]) => readable(pattern));
  if (!rights) return { allowed, denied };
  const there = (patterns: string[]) => patterns.flatMap((pattern) => inManaged(pattern, accountId));
  const agreed = there(rights);
  const both = there(allowed).flatMap((pattern) => agreed.map((right) => overlap(pattern, right)));
  return { allowed: both.filter((pattern) => pattern !== null), denied: there(denied) };
}

/** A pattern that reaches a managed account, as one of that account's own. */
function inManaged(pattern: string, accountId: string): string[] {
  const [service, scope = "", action, resource] = pattern.split(":");
  return ["*", "managed", accountId].includes(scope) ? [`${service}:own:${action}:${resource}`] : [];
}

/** May somebody with these grants act as others in that place at all? */
export function mayImpersonate(grants: Grant[], { accountId, rights }: Pick<Tenant, "accountId" | "rights">): boolean {
  const needed = permissionOf("impersonate:user", rights ? "managed" : "own");
  const isAgreed = !rights || rights.some(coveringIn(needed, accountId));
  return isAgreed && decide(grants, null, needed, accountId).allowed;
}

/**
 * A person as somebody else acts for them: their rights, cut with the impersonator's. What is denied to either is
 * denied; nothing is proven in such a session, so that nothing that asks for step-up is open.
 */
export function impersonatedActor(
  actor: Actor,
  impersonator: Impersonator,
  grants: Grant[],
  rights: string[] | null,
): Actor {
  const { allowed, denied } = intersectPermissions(grants, { accountId: actor.accountId, rights });
  const denials = Object.fromEntries(denied.map((pattern) => [pattern, "denied"]));
  const role = `${impersonator.username}, who acts as ${actor.username}`;
  return { ...actor, impersonator, limits: allowed, grants: [...actor.grants, { role, permissions: denials }] };
}
