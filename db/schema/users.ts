/** The people of an account, and the addresses, pictures and mailed links that belong to them. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import {
  actorId,
  bytes,
  createdAt,
  id,
  lower,
  modifiedAt,
  tenantPolicy,
  tenantPolicyByUser,
  timestamptz,
} from "./columns.ts";

/** The user whose row it is; it goes with them. */
export const userIdColumn = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** What people are searched by, in lower case. */
const searchText = (user: Record<"fullName" | "username" | "email", AnyPgColumn>) =>
  sql`lower(${user.fullName} || ' ' || ${user.username} || ' ' || ${user.email})`;

// Without a list of what is still to be put in order, which each search would read through, and somebody's sign-in put
// in order.
const alwaysSorted = { fastupdate: false };

/**
 * A person in one account. `username` is fixed; `lockedFields` says which profile fields an administrator
 * keeps, and why: `{"phone": "Managed by the staff directory"}`. A `passwordOnce` must be replaced at its first
 * use, until `passwordOnceUntil`. `lockedUntil` of infinity is a lock without an end. `mfaGraceUntil` is granted
 * once and never anew. Past `deletionDueAt` the person is deleted. `emailSetByAdministrator` is null where it was not
 * recorded who set the address: see `lib/notifications/undelivered/standing.ts`.
 */
export const users = pgTable(
  "users",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id),
    username: text("username").notNull(),
    fullName: text("full_name").notNull(),
    email: text("email").notNull(),
    emailVerifiedAt: timestamptz("email_verified_at"),
    emailSetByAdministrator: boolean("email_set_by_administrator"),
    phone: text("phone"),
    mobilePhone: text("mobile_phone"),
    lockedFields: jsonb("locked_fields").$type<Record<string, string>>().notNull().default({}),
    active: boolean("active").notNull().default(true),
    passwordHash: text("password_hash"),
    passwordChangedAt: timestamptz("password_changed_at"),
    passwordOnce: boolean("password_once").notNull().default(false),
    passwordOnceUntil: timestamptz("password_once_until"),
    lockedUntil: timestamptz("locked_until"),
    lockedReason: text("locked_reason"),
    notificationsOnly: boolean("notifications_only").notNull().default(false),
    mfaGraceUntil: timestamptz("mfa_grace_until"),
    deletionDueAt: timestamptz("deletion_due_at"),
    webhookUrl: text("webhook_url"),
    webhookSecret: bytes("webhook_secret"),
    timeZone: text("time_zone").notNull().default("UTC"),
    lastSignInAt: timestamptz("last_sign_in_at"),
    invitedAt: timestamptz("invited_at"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (user) => [
    uniqueIndex("users_username_once").on(lower(user.username)),
    uniqueIndex("users_email_once").on(lower(user.email)),
    unique("users_in_account").on(user.id, user.accountId),
    index("users_by_account").on(user.accountId, user.id),
    index("users_by_name").on(user.accountId, lower(user.fullName), user.id),
    index("users_by_username").on(user.accountId, lower(user.username), user.id),
    index("users_by_email").on(user.accountId, lower(user.email), user.id),
    index("users_by_creation").on(user.accountId, user.createdAt, user.id),
    index("users_by_sign_in").on(user.accountId, sql`coalesce(${user.lastSignInAt}, '-infinity')`, user.id),
    index("users_locked").on(user.accountId, user.id).where(sql`${user.lockedUntil} is not null`),
    index("users_inactive").on(user.accountId, user.id).where(sql`not ${user.active}`),
    index("users_notified").on(user.accountId, user.id).where(sql`${user.notificationsOnly}`),
    index("users_without_password").on(user.accountId, user.id).where(sql`${user.passwordHash} is null`),
    index("users_by_words").using("gin", user.accountId, sql`${searchText(user)} gin_trgm_ops`),
    index("users_by_grams")
      .using("gin", sql`grams_of(${user.accountId}, ${searchText(user)})`)
      .with(alwaysSorted),
    tenantPolicy("users", user.accountId),
  ],
);

/** A profile picture: re-encoded WebP, one per person. */
export const pictures = pgTable(
  "pictures",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    content: bytes("content").notNull(),
    etag: text("etag").notNull(),
    modifiedAt: modifiedAt(),
  },
  (row) => [tenantPolicyByUser("pictures", row.userId)],
);

/**
 * The people of the accounts that the setting `latchkey.accounts` names, for lists and searches: a view that looks with
 * its owner's eyes, because row-level security lets no index on words or on lower case be used.
 */
export const directory = pgView("directory", {
  id: uuid("id").notNull(),
  accountId: text("account_id").notNull(),
  username: text("username").notNull(),
  fullName: text("full_name").notNull(),
  email: text("email").notNull(),
  words: text("words").notNull(),
  nameKey: text("name_key").notNull(),
  usernameKey: text("username_key").notNull(),
  emailKey: text("email_key").notNull(),
  active: boolean("active").notNull(),
  notificationsOnly: boolean("notifications_only").notNull(),
  lockedUntil: timestamptz("locked_until"),
  lockedReason: text("locked_reason"),
  hasPassword: boolean("has_password").notNull(),
  hasSecondFactor: boolean("has_second_factor").notNull(),
  invitedAt: timestamptz("invited_at"),
  lastSignInAt: timestamptz("last_sign_in_at"),
  signedInKey: timestamptz("signed_in_key").notNull(),
  version: integer("version").notNull(),
  createdAt: timestamptz("created_at").notNull(),
  modifiedAt: timestamptz("modified_at").notNull(),
}).existing();

/**
 * A link sent by mail, good once. `purpose` says what it opens; `data` what it was made for. It is made when its mail
 * is sent; `mailId` is that mail, of which a repeat replaces the link.
 */
export const links = pgTable(
  "links",
  {
    id: id(),
    userId: userIdColumn(),
    purpose: text("purpose").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    mailId: uuid("mail_id").notNull(),
    data: jsonb("data").$type<Record<string, string>>().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (link) => [
    tenantPolicyByUser("links", link.userId),
    index("links_by_user").on(link.userId, link.purpose),
    index("links_by_mail").on(link.mailId),
  ],
);

/** A change of address: wanted, until `confirmedAt`; afterwards what it can be undone to, until `undoUntil`. */
export const emailChanges = pgTable(
  "email_changes",
  {
    id: id(),
    userId: userIdColumn(),
    oldEmail: text("old_email").notNull(),
    newEmail: text("new_email").notNull(),
    createdAt: createdAt(),
    sentAt: timestamptz("sent_at").notNull().defaultNow(),
    expiresAt: timestamptz("expires_at").notNull(),
    confirmedAt: timestamptz("confirmed_at"),
    undoUntil: timestamptz("undo_until"),
  },
  (change) => [
    tenantPolicyByUser("email_changes", change.userId),
    uniqueIndex("email_changes_pending_once").on(change.userId).where(sql`${change.confirmedAt} is null`),
    index("email_changes_by_user").on(change.userId, change.createdAt),
  ],
);

/** The one-time link to `/setup`; worth something only while there is no account. */
export const setupLinks = pgTable("setup_links", {
  secretHash: bytes("secret_hash").primaryKey(),
  expiresAt: timestamptz("expires_at").notNull(),
});
