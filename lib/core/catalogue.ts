import type { Operation, RestOperation } from "./operation.ts";
import { covers, type Needed, permissionOf } from "./permissions.ts";
import { isBound } from "./tenant.ts";

// On `globalThis`, as all that is one per process: Next's copy of `lib/` does not load every operation.
const shared = globalThis as { latchkeyOperations?: RestOperation[] };

/** Makes the list of operations known to those of them that speak of the others, which cannot import it. */
export function announced(operations: RestOperation[]): RestOperation[] {
  shared.latchkeyOperations = operations;
  return operations;
}

/** A permission that this portal itself asks for. */
export type KnownPermission = {
  service: string;
  action: string;
  resource: string;
  /**
   * Where it can be held: in the own account, and in managed ones when something with it happens in a named account.
   */
  scopes: ("own" | "managed")[];
  /** What it lets people do, in words. */
  lets: string[];
};

/** Every permission that an operation asks for, by resource and action. */
export function catalogue(): KnownPermission[] {
  const asked = (shared.latchkeyOperations ?? []).flatMap(permissionsOf);
  const granted = Map.groupBy(asked, ({ needed }) => permissionOf(needed));
  return [...granted].map(([permission, lets]) => known(permission, lets)).sort(byName);
}

type PermissionUse = { needed: Needed; operation: Operation; lets: string };

/** What an operation asks for, and what lets it be done to anybody. */
function permissionsOf(operation: Operation): PermissionUse[] {
  const { allow, override, summary } = operation;
  if (!allow.includes(":")) return [];
  const asked = { needed: operation, operation, lets: summary };
  return override ? [asked, { needed: override, operation, lets: `${summary}, whatever they hold` }] : [asked];
}

function known(permission: string, asked: PermissionUse[]): KnownPermission {
  const [service = "", , action = "", resource = ""] = permission.split(":");
  const scopes: KnownPermission["scopes"] = asked.some(({ operation }) => isBound(operation))
    ? ["own", "managed"]
    : ["own"];
  return { service, action, resource, scopes, lets: asked.map(({ lets }) => lets) };
}

/** The permission that an `action:resource` is asked for by; of administration where no operation asks for it. */
export function permissionNamed(allow: string, scope: "own" | "managed"): string {
  const asking = (shared.latchkeyOperations ?? []).find((operation) => operation.allow === allow);
  return permissionOf(asking ?? allow, scope);
}

/** The operations that ask for this permission, written in full: in managed accounts, those that can happen there. */
export function operationsFor(permission: string): Operation[] {
  const asks = (operation: Operation, scope: "own" | "managed") =>
    permissionsOf(operation).some(({ needed }) => permissionOf(needed, scope) === permission);
  const operations = shared.latchkeyOperations ?? [];
  return operations.filter((each) => asks(each, "own") || (isBound(each) && asks(each, "managed")));
}

/** The operations that these patterns are for, in whatever account, and that only who is signed in does. */
export function operationsBySession(patterns: string[]): Operation[] {
  const anywhere = patterns.map((pattern) => pattern.replace(/^([^:]+):[^:]*:/, "$1:own:"));
  const isUnder = (operation: Operation) => anywhere.some((pattern) => covers(pattern, permissionOf(operation)));
  const operations = shared.latchkeyOperations ?? [];
  return operations.filter(({ by }) => by === "session").filter(isUnder);
}

const nameOf = ({ service, resource, action }: KnownPermission) => `${service} ${resource} ${action}`;
const byName = (one: KnownPermission, other: KnownPermission) => (nameOf(one) < nameOf(other) ? -1 : 1);

/** The same, one by one, as they stand in a role: `service:own|managed:action:resource`. */
export const everyPermission = (): string[] =>
  catalogue().flatMap(({ service, scopes, action, resource }) =>
    scopes.map((scope) => `${service}:${scope}:${action}:${resource}`),
  );
