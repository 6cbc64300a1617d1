import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { groupMembers, groups } from "#db/schema/access.ts";
import { authenticators, passkeys } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { heldRole, rolesOf } from "./roles.ts";

/** How somebody stands; of two that are true the one that comes later is said. */
export const userStatuses = ["active", "invited", "notifications_only", "locked", "inactive"] as const;

export type UserStatus = (typeof userStatuses)[number];

/** A person as their administrators see them. */
export const wireUser = z.object({
  id: z.uuid(),
  accountId: z.string(),
  username: z.string().meta({ description: "Fixed when the user was made" }),
  fullName: z.string(),
  email: z.string(),
  emailVerifiedAt: instant.nullable(),
  phone: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  webhookUrl: z.string().nullable(),
  timeZone: z.string(),
  lockedFields: z.record(z.string(), z.string()).meta({ description: "Fields that administrators keep, and why" }),
  status: z.enum(userStatuses),
  active: z.boolean(),
  notificationsOnly: z.boolean(),
  locked: z.boolean(),
  lockedUntil: instant.nullable().meta({ description: "When the lock ends by itself; null without an end or a lock" }),
  lockedReason: z.string().nullable(),
  mfa: z.boolean().meta({ description: "There is an authenticator or a passkey" }),
  passwordState: z.enum(["none", "own", "once", "temporary_expired"]).meta({
    description: "once: a one-time password, to be replaced at its first use; temporary_expired: it is no longer good",
  }),
  passwordOnceUntil: instant.nullable(),
  passwordChangedAt: instant.nullable(),
  invitedAt: instant.nullable().meta({ description: "When the last invitation was mailed" }),
  lastSignInAt: instant.nullable(),
  deletionDueAt: instant.nullable(),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
  createdAt: instant,
  createdBy: z.uuid().nullable().meta({ description: "The id of who made the user; null when nobody did" }),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
  roles: z.array(heldRole),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
});

/** A person as their administrators see them. */
export type User = z.output<typeof wireUser>;

const isLocked = sql<boolean>`coalesce(${users.lockedUntil} > now(), false)`;
const isInvited = sql`(${users.passwordHash} is null and ${users.invitedAt} is not null and ${users.lastSignInAt} is null)`;

const status = sql<UserStatus>`case
  when not ${users.active} then 'inactive' when ${isLocked} then 'locked'
  when ${users.notificationsOnly} then 'notifications_only' when ${isInvited} then 'invited' else 'active' end`;

const passwordState = sql<User["passwordState"]>`case
  when ${users.passwordHash} is null then 'none' when not ${users.passwordOnce} then 'own'
  when ${users.passwordOnceUntil} <= now() then 'temporary_expired' else 'once' end`;

// The name in full: of a single table it would be left out, and mean the factor's own id.
const mfa = sql<boolean>`(
  exists (select from ${authenticators} f where f.user_id = users.id and f.confirmed_at is not null)
  or exists (select from ${passkeys} f where f.user_id = users.id))`;

// The driver knows no date for infinity, so it is left out here.
const finite = sql<string | null>`case when ${isLocked} then nullif(${users.lockedUntil}, 'infinity') end`;

const columns = {
  user: users,
  status,
  passwordState,
  mfa,
  locked: isLocked,
  lockedEnd: sql<string | null>`${finite}::text`,
};

/** Reads people of these accounts, with their roles and groups, in the order of their ids. */
export async function readUsers(tx: Db, accountIds: string[], which: SQL | undefined, atMost = 100): Promise<User[]> {
  const rows = await tx
    .select(columns)
    .from(users)
    .where(and(inArray(users.accountId, accountIds), which))
    .orderBy(users.id)
    .limit(atMost);
  const ids = rows.map(({ user }) => user.id);
  const [held, joined] = [await rolesOf(tx, ids), await groupsOf(tx, ids)];
  return rows.map(({ user, lockedEnd, ...state }) => ({
    ...user,
    ...state,
    lockedUntil: lockedEnd && new Date(lockedEnd).toISOString(),
    lockedReason: state.locked ? user.lockedReason : null,
    emailVerifiedAt: wire(user.emailVerifiedAt),
    passwordOnceUntil: wire(user.passwordOnceUntil),
    passwordChangedAt: wire(user.passwordChangedAt),
    invitedAt: wire(user.invitedAt),
    lastSignInAt: wire(user.lastSignInAt),
    deletionDueAt: wire(user.deletionDueAt),
    createdAt: wire(user.createdAt),
    modifiedAt: wire(user.modifiedAt),
    roles: held.get(user.id) ?? [],
    groups: joined.get(user.id) ?? [],
  }));
}

async function groupsOf(tx: Db, userIds: string[]) {
  const rows = await tx
    .select({ userId: groupMembers.userId, id: groups.id, name: groups.name })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .where(inArray(groupMembers.userId, userIds))
    .orderBy(groups.name);
  return Map.groupBy(rows, ({ userId }) => userId);
}
