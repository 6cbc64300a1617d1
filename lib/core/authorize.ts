import { type Actor, verdict } from "./actor.ts";
import { Refusal } from "./errors.ts";
import { aimsOf, requireStepUp, requireStepUpForOwn } from "./freshness.ts";
import { denyWhileImpersonating } from "./impersonation.ts";
import { coveringIn, names, permissionOf } from "./permissions.ts";
import { asksForStepUp, type CheckedOperation } from "./rules.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Who may run an operation: `anyone`, a `signed-in` person (a session; tokens never), or whoever holds
 * `action:resource` in their account, by session or by a token whose scopes carry it.
 */
export type Allow = "anyone" | "signed-in" | `${string}:${string}`;

/**
 * Refuses a caller who may not do this in that place: by default their own account; null stands for a caller without a
 * credential. What asks for step-up is refused to a session in which nothing was proven lately, to a token none of whose
 * scopes names it one by one (I-24), and to an API user none of whose roles does. What is `by` session alone is refused
 * to tokens and API users at last, whatever they hold.
 */
export function authorize(operation: CheckedOperation<Allow>, actor: Actor | null, tenant?: Tenant): void {
  const { allow, by } = operation;
  if (allow === "anyone") return;
  if (!actor) throw new Refusal("unauthenticated");
  denyWhileImpersonating(operation, actor);
  if (allow === "signed-in") requireSession(actor);
  else requirePermission(operation, actor, tenant);
  requireStepUpIfAsked(operation, actor);
  if (by === "session") requireSession(actor);
}

/** A person proves anew who they are; of a token a scope has to name it, of an API user a role. */
function requireStepUpIfAsked(operation: CheckedOperation<Allow>, actor: Actor) {
  const { allow, stepUp } = operation;
  if (stepUp === "in_person" || (stepUp === "aims_session" && aimsOf(actor))) requireStepUpForOwn(actor);
  if (stepUp === "always") requireStepUp(actor);
  if (!asksForStepUp(operation)) return;
  if (actor.limits && !actor.limits.some((pattern) => names(pattern, allow))) throw unnamed(operation);
  if (actor.credential.kind === "api_user") requireNamedPermission(operation, actor);
}

function unnamed(operation: CheckedOperation): Refusal {
  const required = permissionOf(operation);
  return lacking(operation, required, `This token has no scope that names ${required}; a wildcard is not enough.`);
}

/** A scope is missing; what is by session alone, another one would not open either. */
function lacking({ by, ...rules }: CheckedOperation, required: string, message: string): Refusal {
  const bySession = by === "session";
  const words = bySession ? `${message} Nor does any token do this: sign in.` : message;
  return new Refusal("insufficient_scope", words, { required, byName: asksForStepUp(rules) || undefined, bySession });
}

/** A role for everything is made for people, who step up; a program proves nothing anew. */
function requireNamedPermission(operation: CheckedOperation, { grants }: Actor) {
  const { allow } = operation;
  const patterns = grants.flatMap(({ permissions }) => Object.entries(permissions));
  if (patterns.some(([pattern, effect]) => effect === "allowed" && names(pattern, allow))) return;
  const required = permissionOf(operation);
  const message = `No role of this API user names ${required}; for what people confirm, a wildcard is not enough.`;
  throw new Refusal("forbidden", message, { required });
}

function requirePermission(operation: CheckedOperation, actor: Actor, tenant?: Tenant) {
  if (operation.about === "oneself" && actor.credential.kind === "api_user") requireSession(actor);
  const ruling = verdict(actor, operation, tenant?.accountId);
  const required = permissionOf(operation, tenant?.rights ? "managed" : "own");
  if (!ruling.allowed) throw explain(operation, required, ruling, actor);
  if (tenant?.rights && !tenant.rights.some(coveringIn(required, tenant.accountId))) throw beyondRelation(required);
}

const beyondRelation = (required: string) =>
  new Refusal("forbidden", `That account has not agreed to ${required} by yours.`, { required });

/** Refuses a token: what concerns sessions and factors is for people alone (I-24). */
export function requireSession(actor: Actor): void {
  if (actor.credential.kind !== "session") throw new Refusal("session_required");
}

/**
 * The actor as an operation of a compatible API has them: a token of the scope that the operation names holds all that
 * its owner holds there. What it may do at all, {@link authorize} has said before, by its scopes.
 */
export function withOwnersRights({ withOwnersRights: scope }: { withOwnersRights?: string }, actor: Actor): Actor {
  const { credential } = actor;
  const isBy = scope !== undefined && credential.kind === "token" && credential.scopes.includes(scope);
  return isBy ? { ...actor, limits: null } : actor;
}

/** Refuses an API user, and a token that is held to its scopes: this takes all the rights that its owner has. */
export function requireOwnersRights(actor: Actor): void {
  const hasOwners = actor.credential.kind === "token" && actor.limits === null;
  if (!hasOwners) requireSession(actor);
}

type Denial = Exclude<ReturnType<typeof verdict>, { allowed: true }>;

function explain(operation: CheckedOperation, required: string, ruling: Denial, { impersonator }: Actor): Refusal {
  if (ruling.reason === "scope" && impersonator) {
    return new Refusal("forbidden", `${impersonator.username}, who acts in their place, does not hold ${required}.`, {
      required,
    });
  }
  if (ruling.reason === "scope") {
    return lacking(operation, required, `This token has no scope that carries ${required}.`);
  }
  if (ruling.reason === "not_granted") {
    return new Refusal("forbidden", `None of your roles allows ${required}.`, { required });
  }
  const message = `The role ${ruling.role} denies ${ruling.pattern}, and a denial beats every allowance.`;
  return new Refusal("forbidden", message, { required, deniedBy: ruling.role });
}
