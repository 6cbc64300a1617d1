import { type Actor, verdict } from "./actor.ts";
import { Refusal } from "./errors.ts";
import { aimsOf, demandFresh, demandFreshOwn } from "./freshness.ts";
import { type Asked, demandOwnHands } from "./impersonation.ts";
import { coveringIn, isClosedToPrograms, names, permissionOf } from "./permissions.ts";
import type { Place } from "./place.ts";

/**
 * Who may run an operation: `anyone`, a `signed-in` person (a session; tokens never), or whoever holds
 * `action:resource` in their account, by session or by a token whose scopes carry it.
 */
export type Allow = "anyone" | "signed-in" | `${string}:${string}`;

/**
 * Refuses a caller who may not do this in that place: by default their own account; null stands for a caller without a credential. What must be `fresh` is refused to a
 * session in which nothing was proven lately, to a token none of whose scopes names it one by one (I-24), and to an API user
 * none of whose roles does.
 */
export function authorize(operation: Asked<Allow>, actor: Actor | null, place?: Place): void {
  const { allow, fresh } = operation;
  if (allow === "anyone") return;
  if (!actor) throw new Refusal("unauthenticated");
  demandOwnHands(operation, actor);
  if (allow === "signed-in") demandSession(actor);
  else demandPermission(operation.fresh, allow, actor, place);
  if (isOwnChange(operation) && aimsOf(actor)) demandFreshOwn(actor);
  if (!fresh) return;
  if (allow === "signed-in") demandFreshOwn(actor);
  else demandFresh(actor);
  if (actor.limits && !actor.limits.some((pattern) => names(pattern, allow))) throw unnamed(permissionOf(allow));
  if (actor.credential.kind === "api_user") demandNamedByRole(allow, actor);
}

/** How a session is proven again, and how it ends. */
const openToStale = /^(step_up\.|sessions\.end_current$)/;

/**
 * Does it change what is the person's own: factors, password, address, sessions, tokens? A token of AIMS lies about in
 * programs for hours, so that for any of this it has to be fresh, even where a session in a browser does not.
 */
const isOwnChange = ({ name = "", allow, audit }: Asked<Allow>) =>
  audit !== undefined && (allow === "signed-in" || allow.endsWith(":token")) && !openToStale.test(name);

const unnamed = (required: string) =>
  new Refusal("insufficient_scope", `This token has no scope that names ${required}; a wildcard is not enough.`, {
    required,
    byName: true,
  });

/** A role for everything is made for people, who step up; a program proves nothing anew. */
function demandNamedByRole(allow: string, { grants }: Actor) {
  const patterns = grants.flatMap(({ permissions }) => Object.entries(permissions));
  if (patterns.some(([pattern, effect]) => effect === "allowed" && names(pattern, allow))) return;
  const required = permissionOf(allow);
  const message = `No role of this API user names ${required}; for what people confirm, a wildcard is not enough.`;
  throw new Refusal("forbidden", message, { required });
}

function demandPermission(fresh: boolean | undefined, allow: string, actor: Actor, place?: Place) {
  if (isClosedToPrograms(allow) && actor.credential.kind === "api_user") demandSession(actor);
  const ruling = verdict(actor, allow, place?.accountId);
  const required = permissionOf(allow, place?.rights ? "managed" : "own");
  if (!ruling.allowed) throw explain(required, ruling, actor, fresh);
  if (place?.rights && !place.rights.some(coveringIn(required, place.accountId))) throw beyondRelation(required);
}

const beyondRelation = (required: string) =>
  new Refusal("forbidden", `That account has not agreed to ${required} by yours.`, { required });

/** Refuses a token: what concerns sessions and factors is for people alone (I-24). */
export function demandSession(actor: Actor): void {
  if (actor.credential.kind !== "session") throw new Refusal("session_required");
}

type Denial = Exclude<ReturnType<typeof verdict>, { allowed: true }>;

function explain(required: string, ruling: Denial, { impersonator }: Actor, byName = false): Refusal {
  if (ruling.reason === "scope" && impersonator) {
    return new Refusal("forbidden", `${impersonator.username}, who acts in their place, does not hold ${required}.`, {
      required,
    });
  }
  if (ruling.reason === "scope") {
    return new Refusal("insufficient_scope", `This token has no scope that carries ${required}.`, { required, byName });
  }
  if (ruling.reason === "not_granted") {
    return new Refusal("forbidden", `None of your roles allows ${required}.`, { required });
  }
  const message = `The role ${ruling.role} denies ${ruling.pattern}, and a denial beats every allowance.`;
  return new Refusal("forbidden", message, { required, deniedBy: ruling.role });
}
