/** What users may do: roles, groups, and who has which. */
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import {
  actorId,
  createdAt,
  id,
  lower,
  modifiedAt,
  permissionsColumn,
  tenantPolicy,
  tenantRole,
  timestamptz,
} from "./columns.ts";
import { userIdColumn, users } from "./users.ts";

/** A map of permission patterns. Global roles belong to no account. */
export const roles = pgTable(
  "roles",
  {
    id: id(),
    accountId: text("account_id").references(() => accounts.id),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    permissions: permissionsColumn("permissions").notNull(),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (role) => [
    unique("roles_name_once").on(role.accountId, role.name).nullsNotDistinct(),
    tenantPolicy("roles", role.accountId),
    pgPolicy("roles_global", { for: "select", to: tenantRole, using: sql`${role.accountId} is null` }),
  ],
);

/**
 * Which roles a person holds. `accountId` is the person's: the database fills it in, and refuses a role of another
 * account.
 */
export const userRoles = pgTable(
  "user_roles",
  {
    userId: userIdColumn(),
    accountId: text("account_id").notNull().default(""),
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    grantedAt: timestamptz("granted_at").notNull().defaultNow(),
  },
  (grant) => [
    primaryKey({ columns: [grant.userId, grant.roleId] }),
    index("user_roles_by_role").on(grant.roleId, grant.accountId, grant.userId),
    foreignKey({ columns: [grant.userId, grant.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    tenantPolicy("user_roles", grant.accountId),
  ],
);

/** Members who hold roles together. */
export const groups = pgTable(
  "groups",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (group) => [
    uniqueIndex("groups_name_once").on(group.accountId, lower(group.name)),
    unique("groups_in_account").on(group.id, group.accountId),
    check("groups_name_length", sql`length(${group.name}) between 1 and 100`),
    tenantPolicy("groups", group.accountId),
  ],
);

/** Who is in a group: people of the same account. */
export const groupMembers = pgTable(
  "group_members",
  {
    groupId: uuid("group_id").notNull(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    addedAt: timestamptz("added_at").notNull().defaultNow(),
  },
  (member) => [
    primaryKey({ columns: [member.groupId, member.userId] }),
    index("group_members_by_user").on(member.userId, member.groupId),
    foreignKey({ columns: [member.groupId, member.accountId], foreignColumns: [groups.id, groups.accountId] }).onDelete(
      "cascade",
    ),
    foreignKey({ columns: [member.userId, member.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    tenantPolicy("group_members", member.accountId),
  ],
);

/** Which roles the members of a group hold: global ones, or the account's own; the database refuses others. */
export const groupRoles = pgTable(
  "group_roles",
  {
    groupId: uuid("group_id").notNull(),
    accountId: text("account_id").notNull(),
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    grantedAt: timestamptz("granted_at").notNull().defaultNow(),
  },
  (grant) => [
    primaryKey({ columns: [grant.groupId, grant.roleId] }),
    index("group_roles_by_role").on(grant.roleId, grant.accountId, grant.groupId),
    foreignKey({ columns: [grant.groupId, grant.accountId], foreignColumns: [groups.id, groups.accountId] }).onDelete(
      "cascade",
    ),
    tenantPolicy("group_roles", grant.accountId),
  ],
);
