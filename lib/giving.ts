import { eq, inArray } from "drizzle-orm";
import type { Actor } from "./core/actor.ts";
import { Refusal } from "./core/errors.ts";
import { covers, type Effect, effective, overlap } from "./core/permissions.ts";
import type { Place } from "./core/place.ts";
import type { Db } from "./db/index.ts";
import { groupMembers, groupRoles, type PermissionMap, roles, userRoles } from "./db/schema.ts";

/**
 * Refuses to give what the giver does not hold in that place (I-29): each allowance must be covered by one of theirs, and
 * each of their denials that cuts into it must be in what is given too. A token gives what its scopes leave of it.
 */
export function demandHolds({ grants, limits }: Actor, place: Place, given: PermissionMap): void {
  const held = heldIn(place, effective(grants, limits));
  for (const pattern of saying(given, "allowed")) demandOne(held, pattern, saying(given, "denied"));
}

/** The same for all that somebody's roles give them: nobody takes over whoever may do more than they. */
export async function demandHoldsAllOf(tx: Db, actor: Actor, place: Place, userId: string): Promise<void> {
  for (const { permissions } of await rightsOf(tx, userId)) demandHolds(actor, place, permissions);
}

type Held = { allowed: string[]; denied: string[] };

function demandOne({ allowed, denied }: Held, pattern: string, without: string[]) {
  if (!allowed.some((own) => covers(own, pattern))) throw beyond(pattern);
  const cuts = denied.map((own) => overlap(own, pattern)).filter((common) => common !== null);
  const cut = cuts.find((common) => !without.some((denial) => covers(denial, common)));
  if (cut) throw beyond(cut);
}

const beyond = (required: string) =>
  new Refusal("forbidden", `Nobody gives what they do not hold themselves, and you do not hold ${required} here.`, {
    required,
  });

const saying = (permissions: PermissionMap | Record<string, Effect>, effect: Effect) =>
  Object.keys(permissions).filter((pattern) => (permissions[pattern] === "allowed") === (effect === "allowed"));

/** What is held in the own account, or in a managed one: there it is what the relationship leaves of scope `managed`. */
function heldIn({ accountId, rights }: Place, all: Record<string, Effect>): Held {
  const [allowed, denied] = [saying(all, "allowed"), saying(all, "denied")];
  if (!rights) return { allowed, denied };
  const agreed = allowed.flatMap((own) => rights.map((right) => overlap(own, right))).filter((one) => one !== null);
  const here = (patterns: string[]) => patterns.flatMap((pattern) => inManaged(pattern, accountId));
  return { allowed: here(agreed), denied: here(denied) };
}

/** Who may do something in an account that theirs manages is there like one of its own, whatever the scope is called. */
function inManaged(pattern: string, accountId: string): string[] {
  const [service, scope = "", action, resource] = pattern.split(":");
  return ["*", "managed", accountId].includes(scope) ? [`${service}:*:${action}:${resource}`] : [];
}

/** The roles of a person, their own and those of their groups. */
async function rightsOf(tx: Db, userId: string) {
  const own = tx.select({ id: userRoles.roleId }).from(userRoles).where(eq(userRoles.userId, userId));
  const through = tx
    .select({ id: groupRoles.roleId })
    .from(groupRoles)
    .innerJoin(groupMembers, eq(groupMembers.groupId, groupRoles.groupId))
    .where(eq(groupMembers.userId, userId));
  return tx
    .select({ permissions: roles.permissions })
    .from(roles)
    .where(inArray(roles.id, own.union(through)));
}
