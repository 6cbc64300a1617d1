import { setImmediate } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { administrativeIn, asOne, grantableBy, notHeld, type Permissions, withoutVain } from "#lib/core/delegation.ts";
import { Refusal } from "#lib/core/errors.ts";
import { allPairs } from "#lib/core/pairs.ts";
import { allowedHere, denials } from "#lib/core/permission-changes.ts";
import { permissionsInWords } from "#lib/core/permission-words.ts";
import { shareAccount } from "../administrators.ts";
import {
  type Grantor,
  givesRights,
  type Holder,
  reachesElsewhere,
  requireMayGrantOverlap,
} from "../granting/grant-rules.ts";
import { rolesAmong, setsAmong } from "../granting/held.ts";

/**
 * What whoever changes another user must hold of what that user holds (I-29).
 *
 * `administrative`: what lets them act on others, as both have it from their roles, a token's its owner's. Enough to
 * stop somebody, to rename them, to take a membership from them: every administrator can offboard members that way.
 *
 * `everything`: all that their roles give, of which a token has what its scopes carry, and a managing account what was
 * agreed. It takes that to give somebody rights, and to do what one could sign in as them by: their address, secrets
 * and factors, a reset, letting them in again.
 */
export type Measure = "administrative" | "everything";

/**
 * Which measure applies to a change of a role's permissions: everything where it gives rights, as lifting a denial does.
 */
export const measureOf = (before: Permissions, after: Permissions): Measure =>
  givesRights(before, after) ? "everything" : "administrative";

/**
 * Refuses `privilege_escalation` to whoever holds less than one of these people or API users, by this measure. Every
 * change of another user passes here. `people` is SQL for their ids; call it in a transaction that holds the account,
 * or shares it.
 */
export async function requireRightsOver(by: Holder, people: SQL, measure: Measure): Promise<void> {
  const missing = await rightsBeyond(by, people, measure);
  if (missing.length) throw beyondOwn(by, missing);
}

/**
 * The same of one user, or API user, whose rights stay as they are until the transaction ends. One may do it to
 * oneself.
 */
export async function requireRightsOverUser(by: Grantor, userId: string, measure: Measure): Promise<void> {
  if (userId === by.actor.id) return;
  await shareAccount(by.tx, by.tenant.accountId);
  await requireRightsOver(by, oneUser(userId), measure);
}

/** As {@link requireRightsOver}, of everything that one user holds: for what opens a way to sign in as them. */
export const requireOverUser = (by: Holder, userId: string): Promise<void> =>
  requireRightsOver(by, oneUser(userId), "everything");

/**
 * Entries of roles that are looked at for what people hold together, with what is denied to whoever asks for each set.
 */
const maxTogether = { sets: 1000, entries: 50_000 };

/**
 * The patterns that these people hold and whoever asks does not, by this measure; empty when they hold as much. A
 * role's denial takes from what its holders have of others: where there are too many kinds of them to look at each,
 * none of theirs counts.
 */
export async function rightsBeyond(by: Holder, people: SQL, measure: Measure): Promise<string[]> {
  const beyond = comparison(by, measure);
  const [giving, denying] = [new Map<string, Permissions>(), new Map<string, Permissions>()];
  const missing = new Set<string>();
  for await (const { id, permissions } of rolesAmong(by.tx, people)) {
    const lacking = await beyond(allowances(permissions));
    for (const pattern of lacking) missing.add(pattern);
    if (lacking.length) giving.set(id, permissions);
    else if (isDenying(permissions)) denying.set(id, permissions);
  }
  if (!missing.size || ![...giving.values(), ...denying.values()].some(isDenying)) return [...missing];
  const together = await heldTogether(by, people, giving, denying);
  if (!together) return [...missing];
  const lacking = new Set<string>();
  for (const held of together) {
    for (const pattern of await beyond(held)) lacking.add(pattern);
    // Others are answered between one kind of people and the next.
    await setImmediate();
  }
  return [...lacking];
}

/** What people hold together of these roles, where it is one of the giving ones; undefined where that is too much. */
async function heldTogether(by: Holder, people: SQL, giving: Map<string, Permissions>, denying: typeof giving) {
  const [said, max] = [new Map([...giving, ...denying]), maxTogether.sets + 1];
  const sets = await setsAmong(by.tx, people, [...giving.keys()], [...denying.keys()], max);
  const maps = sets.map((ids) => ids.map((id) => said.get(id) ?? {}));
  const entries = maps.flat().reduce((sum, permissions) => sum + Object.keys(permissions).length, 0);
  const looks = entries + sets.length * grantableBy(by.actor, by.tenant).denied.length;
  if (sets.length === max || looks > maxTogether.entries) return undefined;
  return maps.map((all) => withoutVain(asOne(all)));
}

const isDenying = (permissions: Permissions) => Object.values(permissions).some((effect) => effect !== "allowed");
const allowances = (permissions: Permissions) =>
  Object.fromEntries(Object.entries(permissions).filter(([, effect]) => effect === "allowed"));

/** One user's id, as these take it. */
export const oneUser = (userId: string): SQL => sql`select ${userId}::uuid`;

/** In plain words, what is missing and to whom. */
export function beyondOwn({ actor, tenant }: Holder, missing: string[]): Refusal {
  const who = actor.limits ? "this token does" : "you do";
  const where = tenant.rights ? " in this account" : "";
  const message = `They hold rights that ${who} not${where}: ${permissionsInWords(missing)}. Ask somebody who holds as much as they do.`;
  return new Refusal("privilege_escalation", message);
}

/** Answers what of a map somebody lacks; all that it is asked of is one comparison. */
function comparison(by: Holder, measure: Measure): (held: Permissions) => Promise<string[]> {
  const holding = grantableBy(by.actor, by.tenant);
  const pairs = allPairs();
  if (measure === "administrative") {
    const byRoles = { ...holding, limits: [] };
    return async (held) => notHeld(byRoles, by.tenant, {}, administrativeIn(held), pairs);
  }
  return async (held) => {
    const missing = notHeld(holding, by.tenant, {}, held, pairs);
    // What they hold in accounts that theirs manages, nobody of an account that manages theirs holds.
    if (!missing.length && (await reachesElsewhere(by, {}, held))) return ["*:managed:*:*"];
    return missing;
  };
}

/**
 * Refuses `privilege_escalation` to whoever would take from others, by a denial, what they do not hold themselves: they
 * could take everything from an administrator. `people` is SQL for the ids of those who get what a role denies `after`.
 */
export async function requireMayDeny(by: Holder, before: Permissions, after: Permissions, people: SQL): Promise<void> {
  const { accountId } = by.tenant;
  const { isNeeded, demand } = requireMayGrantOverlap(by, denials(accountId, before, after), {});
  if (!isNeeded) return;
  for await (const { permissions } of rolesAmong(by.tx, people)) await demand(allowedHere(accountId, permissions));
}
