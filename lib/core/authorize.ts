import { type Actor, verdict } from "./actor.ts";
import { Refusal } from "./errors.ts";

/**
 * Who may run an operation: `anyone`, a `signed-in` person (a session; tokens never), or whoever holds
 * `action:resource` in their account, by session or by a token whose scopes carry it.
 */
export type Allow = "anyone" | "signed-in" | `${string}:${string}`;

/** Refuses a caller who may not; null stands for a caller without a credential. */
export function authorize(allow: Allow, actor: Actor | null): void {
  if (allow === "anyone") return;
  if (!actor) throw new Refusal("unauthenticated");
  if (allow === "signed-in") demandSession(actor);
  else demandPermission(allow, actor);
}

function demandPermission(allow: string, actor: Actor) {
  const ruling = verdict(actor, allow);
  if (!ruling.allowed) throw explain(`aims:own:${allow}`, ruling);
}

function demandSession(actor: Actor) {
  if (actor.credential.kind !== "session") throw new Refusal("session_required");
}

function explain(required: string, ruling: Exclude<ReturnType<typeof verdict>, { allowed: true }>): Refusal {
  if (ruling.reason === "scope") {
    return new Refusal("insufficient_scope", `This token has no scope that carries ${required}.`, { required });
  }
  if (ruling.reason === "not_granted") {
    return new Refusal("forbidden", `None of your roles allows ${required}.`, { required });
  }
  const message = `The role ${ruling.role} denies ${ruling.pattern}, and a denial beats every allowance.`;
  return new Refusal("forbidden", message, { required, deniedBy: ruling.role });
}
