import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import { Refusal } from "./core/errors.ts";
import type { Db } from "./db/index.ts";
import { accounts, passkeys, roles, userRoles, users } from "./db/schema.ts";
import { signsInHere } from "./factors/policy.ts";

/** Everything may be done by whom a role allows this and none denies anything. */
const everything = "*:*:*:*";

const held = (condition: SQL) => sql`exists (select from ${userRoles} join ${roles} on ${roles.id} = ${userRoles.roleId}
  where ${userRoles.userId} = ${users.id} and ${condition})`;

const administers = and(
  held(sql`${roles.permissions} ->> ${everything} = 'allowed'`),
  sql`not ${held(sql`${roles.permissions}::text like '%"denied"%'`)}`,
);

const canProve = sql`(${users.passwordHash} is not null
  and (not ${users.passwordOnce} or coalesce(${users.passwordOnceUntil} > now(), true))
  or ${signsInHere} and exists (select from ${passkeys} where ${passkeys.userId} = ${users.id}))`;

/** Who is about to be deleted does not count: their account would be without an administrator soon. */
const canSignIn = and(
  eq(users.active, true),
  eq(users.notificationsOnly, false),
  sql`coalesce(${users.lockedUntil} <= now(), true)`,
  sql`${users.deletionDueAt} is null`,
  canProve,
);

/**
 * Refuses to let somebody go who is the last administrator of their account who can sign in (I-30). Holds the account,
 * so that of two who go at once one stays: ask this before anything of a person is locked.
 */
export async function demandOtherAdministrator(tx: Db, person: { id: string; accountId: string }): Promise<void> {
  await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, person.accountId)).for("no key update");
  if (!(await someone(tx, and(eq(users.id, person.id), administers)))) return;
  const others = and(eq(users.accountId, person.accountId), ne(users.id, person.id), administers, canSignIn);
  if (!(await someone(tx, others))) throw new Refusal("last_administrator");
}

async function someone(tx: Db, who: SQL | undefined): Promise<boolean> {
  const [found] = await tx.select({ id: users.id }).from(users).where(who).limit(1);
  return found !== undefined;
}
