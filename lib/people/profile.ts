import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { groupMembers, groups, roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { pictures, users } from "#db/schema/users.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";

export const profile = z.object({
  id: z.uuid(),
  username: z.string().meta({ description: "Fixed when the user was made" }),
  fullName: z.string(),
  email: z.string(),
  emailVerifiedAt: instant.nullable().meta({ description: "When the address was proven; null gives it no rights" }),
  phone: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  timeZone: z.string().meta({ description: "In which reminders come and days are told" }),
  pictureUrl: z
    .string()
    .nullable()
    .meta({ description: "Where the picture is, below the API's root; null without one" }),
  lockedFields: z.record(z.string(), z.string()).meta({ description: "Fields an administrator keeps, and why" }),
  account: z.object({
    id: z.string(),
    name: z.string(),
    tokenMaxDays: z.int().meta({ description: "How many days a token may live at most" }),
    tokensMayLiveForever: z.boolean(),
    tokenAddressesRequired: z.boolean().meta({ description: "Must a token name the addresses it is used from?" }),
  }),
  roles: z.array(z.object({ id: z.uuid(), name: z.string(), global: z.boolean() })),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })).meta({ description: "The groups you are in" }),
  passwordChangedAt: instant.nullable(),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
  deletionDueAt: instant.nullable().meta({ description: "When you are deleted, as you asked; null when you did not" }),
  version: z.int().meta({ description: "Grows with every change; send it as If-Match to be told of others' changes" }),
});

/** What a person sees of themselves. */
export type OwnProfile = z.output<typeof profile>;

/** The own profile, with account, roles and what is locked. */
export const getProfile = defineOperation({
  name: "profile.get",
  summary: "Read your profile",
  route: "GET /me",
  allow: "get:profile",
  about: "oneself",
  input: z.strictObject({}),
  output: profile,

  run: ({ actor, tx }) => readProfile(tx, actor),
});

export async function readProfile(tx: Db, actor: Actor) {
  const [row] = await tx
    .select({ user: users, account: accounts, etag: pictures.etag })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .leftJoin(pictures, eq(pictures.userId, users.id))
    .where(eq(users.id, actor.id));
  if (!row) throw notFound("user");
  const { user, account, etag } = row;
  return {
    ...user,
    account,
    pictureUrl: etag && `/me/picture?v=${etag}`,
    roles: await rolesOf(tx, actor.id),
    groups: await groupsOf(tx, actor.id),
    passwordChangedAt: wire(user.passwordChangedAt),
    lastSignInAt: wire(user.lastSignInAt),
    createdAt: wire(user.createdAt),
    emailVerifiedAt: wire(user.emailVerifiedAt),
    deletionDueAt: wire(user.deletionDueAt),
  };
}

const groupsOf = (tx: Db, userId: string) =>
  tx
    .select({ id: groups.id, name: groups.name })
    .from(groupMembers)
    .innerJoin(groups, eq(groups.id, groupMembers.groupId))
    .where(eq(groupMembers.userId, userId))
    .orderBy(groups.name);

async function rolesOf(tx: Db, userId: string) {
  return tx
    .select({ id: roles.id, name: roles.name, global: sql<boolean>`${roles.accountId} is null` })
    .from(userRoles)
    .innerJoin(roles, eq(roles.id, userRoles.roleId))
    .where(eq(userRoles.userId, userId))
    .orderBy(roles.name);
}
