import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { shareAccount } from "#lib/access/administrators.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { type Measure, oneUser, requireRightsOver } from "#lib/access/over/rights-over.ts";
import { notFound, Refusal } from "#lib/core/errors.ts";
import type { Tenant } from "#lib/core/tenant.ts";
import { readUsers, type User } from "./wire.ts";

/** A row of the table, as it is held. */
export type HeldUser = typeof users.$inferSelect;

/**
 * What of somebody's rights is compared, where that depends on who they are; null when nothing is done to them after
 * all.
 */
type MeasureOf = (person: HeldUser) => Measure | null;

/**
 * Locks a person of the account acted in, before what is theirs; nobody else exists there. Refuses
 * `privilege_escalation` to whoever holds less than another by that measure; nobody's rights change from then on until
 * the transaction ends.
 */
export async function lockUserForChange(by: Grantor, id: string, measure: Measure | MeasureOf): Promise<HeldUser> {
  const { actor, tenant, tx } = by;
  // Rights are changed by who holds the account: before the person, in the order of whoever does both.
  await shareAccount(tx, tenant.accountId);
  const person = await lockUserRow(tx, tenant, id);
  const compared = typeof measure === "function" ? measure(person) : measure;
  if (id !== actor.id && compared) await requireRightsOver(by, oneUser(id), compared);
  return person;
}

/** As {@link lockUserForChange}, for what nobody does to themselves (I-29). */
export async function lockOtherUser(by: Grantor, id: string, measure: Measure | MeasureOf): Promise<HeldUser> {
  const person = await lockUserForChange(by, id, measure);
  if (id === by.actor.id) throw new Refusal("own_user");
  return person;
}

/** Locks the row alone. Whoever changes another user takes {@link lockUserForChange}, which compares what both hold. */
async function lockUserRow(tx: Db, { accountId }: Tenant, id: string): Promise<HeldUser> {
  const here = and(eq(users.id, id), eq(users.accountId, accountId));
  const [person] = await tx.select().from(users).where(here).for("update");
  if (!person) throw notFound("user");
  return person;
}

/** A person of the account acted in, on the wire. */
export async function readUser(
  tx: Db,
  { visibleAccountIds }: Pick<Tenant, "visibleAccountIds">,
  id: string,
): Promise<User> {
  const [person] = await readUsers(tx, visibleAccountIds, eq(users.id, id), 1);
  if (!person) throw notFound("user");
  return person;
}
