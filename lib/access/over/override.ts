import { desc, eq, sql } from "drizzle-orm";
import { auditEntries } from "#db/schema/audit.ts";
import { users } from "#db/schema/users.ts";
import type { Actor, Caller } from "#lib/core/actor.ts";
import { mayIn } from "#lib/core/may-in.ts";
import { queueNotice } from "#lib/core/notice.ts";
import { coveringIn, names, permissionOf } from "#lib/core/permissions.ts";
import { record } from "#lib/core/rows.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { everyAdministratorOf, lockAccountRow, requireAnotherAdministrator } from "../administrators.ts";
import type { Grantor } from "../granting/grant-rules.ts";
import { overridden, tellLater } from "./override-notices.ts";
import { beyondOwn, oneUser, rightsBeyond } from "./rights-over.ts";

type Requester = Grantor & { caller: Caller };

/**
 * What is done to somebody, as it goes on in a sentence after who does it and before to whom; and why, as far as that
 * was said.
 */
type Stop = { did: string; why?: string };

const override = "override:user";

/**
 * Refuses to stop somebody who holds more, as every change of them is refused; but whoever has a role that names
 * `override:user` stops anybody but the last administrator, on record and before the eyes of every administrator. Call
 * it before anything of the person is locked: it holds the account.
 */
export async function requireMayStop(by: Requester, userId: string, stop: Stop): Promise<void> {
  const { actor, tenant, tx } = by;
  if (userId === actor.id) return;
  await lockAccountRow(tx, tenant.accountId);
  const missing = await rightsBeyond(by, oneUser(userId), "administrative");
  if (!missing.length) return;
  if (!mayOverride(actor, tenant)) throw beyondOwn(by, missing);
  await requireAnotherAdministrator(tx, { id: userId, accountId: tenant.accountId });
  await tell(by, userId, stop);
}

/**
 * May they stop anybody there? For that a role has to name it, and a scope where a token asks: a wildcard is not
 * enough.
 */
export function mayOverride(actor: Actor, tenant: Pick<Tenant, "accountId" | "rights">): boolean {
  const fits = coveringIn(permissionOf(override, tenant.rights ? "managed" : "own"), tenant.accountId);
  const isNamed = (patterns: string[]) => patterns.some((pattern) => fits(pattern) && names(pattern, override));
  const allowed = actor.grants.flatMap(({ permissions }) =>
    Object.keys(permissions).filter((pattern) => permissions[pattern] === "allowed"),
  );
  return mayIn(actor, tenant, override) && isNamed(allowed) && isNamed(actor.limits ?? allowed);
}

/** The first time at once; what follows within that hour and the next stands in one notice at the end of each. */
async function tell(by: Requester, userId: string, stop: Stop) {
  const { actor, tenant, tx } = by;
  const isFirst = !(await wasUsedLately(by));
  const [person] = await tx
    .select({ fullName: users.fullName, username: users.username })
    .from(users)
    .where(eq(users.id, userId));
  const facts = { by: named(actor), who: person ? named(person) : userId, ...stop };
  await record(by, "users.override", { target: userId, details: isFirst ? { ...facts, toldAtOnce: true } : facts });
  if (!isFirst) return tellLater(tx, tenant.accountId);
  // Each by itself, since what many are told at once may wait for a digest.
  for (const id of await everyAdministratorOf(tx, tenant.accountId))
    await queueNotice(tx, { userId: id, ...overridden([facts]) });
}

const named = ({ fullName, username }: Pick<Actor, "fullName" | "username">) => `${fullName} (${username})`;

/** In this hour by the clock, or in the one before. */
async function wasUsedLately({ tx, tenant }: Requester): Promise<boolean> {
  const { id, accountId, action, at } = auditEntries;
  const [last] = await tx
    .select({ isLate: sql<boolean>`${at} >= date_trunc('hour', now()) - interval '1 hour'` })
    .from(auditEntries)
    .where(sql`${eq(accountId, tenant.accountId)} and ${eq(action, "users.override")}`)
    .orderBy(desc(id))
    .limit(1);
  return last?.isLate ?? false;
}
