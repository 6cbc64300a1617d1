import { and, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import { groupMembers, groupRoles, roles, userRoles } from "#db/schema/access.ts";
import { passkeys } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { signsInHere } from "./principal/signs-in-here.ts";

/** Everything may be done by whom a role allows this and none denies anything. */
const everything = "*:*:*:*";

// Each of these is asked twice by whatever may take an administrator away: prepared, for planning one costs more than
// running it.
export const account = sql.placeholder("accountId");

export const personId = sql.placeholder("personId");

const ofAccount = or(isNull(roles.accountId), eq(roles.accountId, account));

/**
 * People who hold a role of this kind, by themselves or through a group: driven by the roles, of which there are few.
 */
const holders = (kind: SQL) => sql`
  select ${userRoles.userId} from ${userRoles} join ${roles} on ${roles.id} = ${userRoles.roleId}
    where ${userRoles.accountId} = ${account} and ${ofAccount} and ${kind}
  union
  select ${groupMembers.userId} from ${groupMembers}
    join ${groupRoles} on ${groupRoles.groupId} = ${groupMembers.groupId} join ${roles} on ${roles.id} = ${groupRoles.roleId}
    where ${groupRoles.accountId} = ${account} and ${ofAccount} and ${kind}`;

const allowsEverything = sql`${roles.permissions} ->> ${everything} = 'allowed'`;

const deniesSomething = sql`${roles.permissions}::text like '%"denied"%'`;

export const administers = sql`${users.id} in ((${holders(allowsEverything)}) except (${holders(deniesSomething)}))`;

const hasPasskey = sql`${signsInHere} and exists (select from ${passkeys} where ${passkeys.userId} = ${users.id})`;

/** With a password of their own or a passkey: what nobody has to replace in time. */
export const provesForGood = sql`((${users.passwordHash} is not null and not ${users.passwordOnce}) or (${hasPasskey}))`;

/** With a one-time password besides, as long as it is good. */
export const provesNow = sql`(${provesForGood} or (${users.passwordHash} is not null
  and ${users.passwordOnce} and coalesce(${users.passwordOnceUntil} > now(), true)))`;

/** Who is about to be deleted does not count: their account would be without an administrator soon. */
export const maySignIn = and(
  eq(users.active, true),
  eq(users.notificationsOnly, false),
  sql`coalesce(${users.lockedUntil} <= now(), true)`,
  sql`${users.deletionDueAt} is null`,
);
