/**
 * The data model of people; that of machines stands beside it in schema/. Instants are `timestamptz`; every secret is a
 * hash; every row that belongs to a tenant names its account.
 */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  pgView,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import {
  bound,
  by,
  bytes,
  createdAt,
  currentAccountIds,
  id,
  instant,
  lower,
  modifiedAt,
  tenantRole,
} from "./columns.ts";

const ofUser = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });
const boundByUser = (name: string, userId: AnyPgColumn) =>
  pgPolicy(`${name}_bound`, {
    to: tenantRole,
    using: sql`exists (select from users where users.id = ${userId} and users.account_id = ${currentAccountIds})`,
  });

/** Permission patterns and what they say, e.g. `{"portal:own:*:token": "allowed"}`. */
export type PermissionMap = Record<string, "allowed" | "denied">;

/**
 * A tenant. `id` is 8 decimal digits; the policies of the account stand beside its name. `locations` are where its data
 * may live, as the systems that use the account call them.
 */
export const accounts = pgTable(
  "accounts",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    active: boolean("active").notNull().default(true),
    tokenMaxDays: integer("token_max_days").notNull().default(365),
    tokensMayLiveForever: boolean("tokens_may_live_forever").notNull().default(false),
    tokenUnusedDays: integer("token_unused_days"),
    tokenAddressesRequired: boolean("token_addresses_required").notNull().default(false),
    tokensRetrievable: boolean("tokens_retrievable").notNull().default(false),
    keysMayCreateKeys: text("keys_may_create_keys", { enum: ["narrower", "owner"] })
      .notNull()
      .default("narrower"),
    accessKeysAllowed: boolean("access_keys_allowed").notNull().default(true),
    apiTokenSeconds: integer("api_token_seconds").notNull().default(900),
    apiTokenFresh: boolean("api_token_fresh").notNull().default(false),
    sessionIdleMinutes: integer("session_idle_minutes").notNull().default(60),
    sessionMaxHours: integer("session_max_hours").notNull().default(24),
    mfaRequired: boolean("mfa_required").notNull().default(false),
    mfaGraceDays: integer("mfa_grace_days").notNull().default(7),
    passwordProfile: text("password_profile", { enum: ["classic", "nist"] })
      .notNull()
      .default("classic"),
    passwordMaxAgeDays: integer("password_max_age_days"),
    locations: text("locations").array().notNull().default(sql`'{insight-us-virginia}'`),
    defaultLocation: text("default_location").notNull().default("insight-us-virginia"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: by("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: by("modified_by"),
  },
  (account) => [
    index("accounts_by_name").on(lower(account.name), account.id),
    check("accounts_password_age", sql`${account.passwordMaxAgeDays} between 1 and 3650`),
    check("accounts_default_location", sql`${account.defaultLocation} = any(${account.locations})`),
    bound("accounts", account.id),
    pgPolicy("accounts_related", {
      for: "select",
      to: tenantRole,
      using: sql`exists (select from account_relations r where
        (r.managing_id = ${account.id} and r.managed_id = ${currentAccountIds}) or (r.managed_id = ${account.id} and r.managing_id = ${currentAccountIds}))`,
    }),
    check("accounts_id_is_8_digits", sql`${account.id} ~ '^[1-9][0-9]{7}$'`),
    check("accounts_name_length", sql`length(${account.name}) between 1 and 100`),
    check("accounts_token_days", sql`${account.tokenMaxDays} between 1 and 365`),
    check("accounts_token_unused", sql`${account.tokenUnusedDays} between 1 and 365`),
    check("accounts_api_token", sql`${account.apiTokenSeconds} between 60 and 86400`),
    check("accounts_session_idle", sql`${account.sessionIdleMinutes} between 5 and 1440`),
    check("accounts_session_max", sql`${account.sessionMaxHours} between 1 and 720`),
    check("accounts_mfa_grace", sql`${account.mfaGraceDays} between 0 and 30`),
  ],
);

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
    emailVerifiedAt: instant("email_verified_at"),
    emailSetByAdministrator: boolean("email_set_by_administrator"),
    phone: text("phone"),
    mobilePhone: text("mobile_phone"),
    lockedFields: jsonb("locked_fields").$type<Record<string, string>>().notNull().default({}),
    active: boolean("active").notNull().default(true),
    passwordHash: text("password_hash"),
    passwordChangedAt: instant("password_changed_at"),
    passwordOnce: boolean("password_once").notNull().default(false),
    passwordOnceUntil: instant("password_once_until"),
    lockedUntil: instant("locked_until"),
    lockedReason: text("locked_reason"),
    notificationsOnly: boolean("notifications_only").notNull().default(false),
    mfaGraceUntil: instant("mfa_grace_until"),
    deletionDueAt: instant("deletion_due_at"),
    webhookUrl: text("webhook_url"),
    webhookSecret: bytes("webhook_secret"),
    timeZone: text("time_zone").notNull().default("UTC"),
    lastSignInAt: instant("last_sign_in_at"),
    invitedAt: instant("invited_at"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: by("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: by("modified_by"),
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
    bound("users", user.accountId),
  ],
);

/** Hashes of the passwords a person had before the present one; the newest four are kept. */
export const formerPasswords = pgTable(
  "former_passwords",
  {
    id: id(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    hash: text("hash").notNull(),
    replacedAt: instant("replaced_at").notNull().defaultNow(),
  },
  (former) => [
    boundByUser("former_passwords", former.userId),
    index("former_passwords_by_user").on(former.userId, former.replacedAt),
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
  (row) => [boundByUser("pictures", row.userId)],
);

/** A map of permission patterns. Global roles belong to no account. */
export const roles = pgTable(
  "roles",
  {
    id: id(),
    accountId: text("account_id").references(() => accounts.id),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    permissions: jsonb("permissions").$type<PermissionMap>().notNull(),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: by("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: by("modified_by"),
  },
  (role) => [
    unique("roles_name_once").on(role.accountId, role.name).nullsNotDistinct(),
    bound("roles", role.accountId),
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
    userId: ofUser(),
    accountId: text("account_id").notNull().default(""),
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    grantedAt: instant("granted_at").notNull().defaultNow(),
  },
  (grant) => [
    primaryKey({ columns: [grant.userId, grant.roleId] }),
    index("user_roles_by_role").on(grant.roleId, grant.accountId, grant.userId),
    foreignKey({ columns: [grant.userId, grant.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    bound("user_roles", grant.accountId),
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
    createdBy: by("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: by("modified_by"),
  },
  (group) => [
    uniqueIndex("groups_name_once").on(group.accountId, lower(group.name)),
    unique("groups_in_account").on(group.id, group.accountId),
    check("groups_name_length", sql`length(${group.name}) between 1 and 100`),
    bound("groups", group.accountId),
  ],
);

/** Who is in a group: people of the same account. */
export const groupMembers = pgTable(
  "group_members",
  {
    groupId: uuid("group_id").notNull(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    addedAt: instant("added_at").notNull().defaultNow(),
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
    bound("group_members", member.accountId),
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
    grantedAt: instant("granted_at").notNull().defaultNow(),
  },
  (grant) => [
    primaryKey({ columns: [grant.groupId, grant.roleId] }),
    index("group_roles_by_role").on(grant.roleId, grant.accountId, grant.groupId),
    foreignKey({ columns: [grant.groupId, grant.accountId], foreignColumns: [groups.id, groups.accountId] }).onDelete(
      "cascade",
    ),
    bound("group_roles", grant.accountId),
  ],
);

const relationKinds = ["managed", "bills_to"] as const;

/**
 * An agreed relationship from one account to another: `managingId` manages `managedId`, or is billed for it. It goes no
 * further than these two. `rights` are the permission patterns that the managing side may use at all.
 */
export const accountRelations = pgTable(
  "account_relations",
  {
    kind: text("kind", { enum: relationKinds }).notNull(),
    managingId: text("managing_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    managedId: text("managed_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    rights: text("rights").array().notNull(),
    createdAt: createdAt(),
    createdBy: by("created_by"),
  },
  (relation) => [
    primaryKey({ columns: [relation.kind, relation.managingId, relation.managedId] }),
    index("account_relations_by_managed").on(relation.managedId, relation.kind),
    check("account_relations_not_own", sql`${relation.managingId} <> ${relation.managedId}`),
    pgPolicy("account_relations_bound", {
      to: tenantRole,
      using: sql`${relation.managingId} = ${currentAccountIds} or ${relation.managedId} = ${currentAccountIds}`,
    }),
  ],
);

/**
 * A relationship that one side wants and the other has not agreed to yet. The other account is named, not referred to:
 * who asks does not learn whether it exists.
 */
export const relationProposals = pgTable(
  "relation_proposals",
  {
    id: id(),
    kind: text("kind", { enum: relationKinds }).notNull(),
    proposedBy: text("proposed_by")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    managingId: text("managing_id").notNull(),
    managedId: text("managed_id").notNull(),
    rights: text("rights").array().notNull(),
    message: text("message").notNull().default(""),
    createdAt: createdAt(),
    createdBy: by("created_by"),
    expiresAt: instant("expires_at").notNull(),
  },
  (proposal) => [
    uniqueIndex("relation_proposals_once").on(proposal.kind, proposal.managingId, proposal.managedId),
    index("relation_proposals_by_managed").on(proposal.managedId),
    index("relation_proposals_by_managing").on(proposal.managingId),
    check("relation_proposals_not_own", sql`${proposal.managingId} <> ${proposal.managedId}`),
    pgPolicy("relation_proposals_bound", {
      to: tenantRole,
      using: sql`${proposal.managingId} = ${currentAccountIds} or ${proposal.managedId} = ${currentAccountIds}`,
    }),
  ],
);

/** An id and a secret with which a program signs in as its person. `id` is 16 hexadecimal digits. */
export const accessKeys = pgTable(
  "access_keys",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    label: text("label").notNull().default(""),
    secretHash: bytes("secret_hash").notNull(),
    lastSignInAt: instant("last_sign_in_at"),
    createdAt: createdAt(),
    createdBy: by("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: by("modified_by"),
  },
  (key) => [
    index("access_keys_by_user").on(key.userId, key.createdAt),
    foreignKey({ columns: [key.userId, key.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    check("access_keys_id_is_16_digits", sql`${key.id} ~ '^[0-9a-f]{16}$'`),
    bound("access_keys", key.accountId),
  ],
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
  lockedUntil: instant("locked_until"),
  lockedReason: text("locked_reason"),
  hasPassword: boolean("has_password").notNull(),
  hasSecondFactor: boolean("has_second_factor").notNull(),
  invitedAt: instant("invited_at"),
  lastSignInAt: instant("last_sign_in_at"),
  signedInKey: instant("signed_in_key").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
  modifiedAt: instant("modified_at").notNull(),
}).existing();

/**
 * A signed-in browser or program. Deleting the row ends the session, everywhere, at once. `factors` are all that were
 * proven in it. Its last proof of identity was at `provenAt`, by a second factor when it is `strong`; what it
 * unlocks goes on until `freshUntil`, which each use moves on. In the session of an impersonation somebody else acts as
 * the person, in the open; it ends with the session it was begun in.
 */
export const sessions = pgTable(
  "sessions",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    kind: text("kind", { enum: ["browser", "api", "aims"] }).notNull(),
    factors: text("factors").array().notNull(),
    address: text("address"),
    agent: text("agent"),
    createdAt: createdAt(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    idleMinutes: integer("idle_minutes").notNull(),
    expiresAt: instant("expires_at").notNull(),
    deviceId: uuid("device_id").references(() => devices.id, { onDelete: "set null" }),
    provenAt: instant("proven_at").notNull().default(sql`'-infinity'`),
    freshUntil: instant("fresh_until").notNull().default(sql`'-infinity'`),
    strong: boolean("strong").notNull().default(false),
    impersonatorId: uuid("impersonator_id").references(() => users.id, { onDelete: "cascade" }),
    impersonatorSessionId: uuid("impersonator_session_id").references((): AnyPgColumn => sessions.id, {
      onDelete: "cascade",
    }),
    impersonationReason: text("impersonation_reason"),
  },
  (session) => [
    index("sessions_by_impersonator")
      .on(session.impersonatorSessionId)
      .where(sql`${session.impersonatorSessionId} is not null`),
    bound("sessions", session.accountId),
    index("sessions_by_user").on(session.userId, session.createdAt),
    foreignKey({ columns: [session.userId, session.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
  ],
);

/** A browser that somebody has signed in with before; its cookie holds the secret. */
export const devices = pgTable(
  "devices",
  {
    id: id(),
    userId: ofUser(),
    secretHash: bytes("secret_hash").notNull().unique(),
    agent: text("agent"),
    address: text("address"),
    createdAt: createdAt(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
  },
  (device) => [boundByUser("devices", device.userId), index("devices_by_user").on(device.userId, device.lastSeenAt)],
);

/**
 * A sign-in that is not finished: `factors` are proven, something is still missing. It opens nothing but the next step
 * of the same sign-in. `draft` is a TOTP secret on trial, sealed, where one must be set up first.
 */
export const challenges = pgTable(
  "challenges",
  {
    id: id(),
    userId: ofUser(),
    secretHash: bytes("secret_hash").notNull().unique(),
    factors: text("factors").array().notNull(),
    draft: bytes("draft"),
    expiresAt: instant("expires_at").notNull(),
  },
  (challenge) => [boundByUser("challenges", challenge.userId), index("challenges_by_user").on(challenge.userId)],
);

/** A TOTP authenticator. `secret` is sealed, bound to its row; a step at or before `lastStep` is never taken again. */
export const authenticators = pgTable(
  "authenticators",
  {
    id: id(),
    userId: ofUser(),
    name: text("name").notNull(),
    secret: bytes("secret").notNull(),
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    confirmedAt: instant("confirmed_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (authenticator) => [
    boundByUser("authenticators", authenticator.userId),
    index("authenticators_by_user").on(authenticator.userId, authenticator.createdAt),
    check("authenticators_name_length", sql`length(${authenticator.name}) between 1 and 100`),
  ],
);

/** A passkey (WebAuthn credential). Its public key never changes. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: id(),
    userId: ofUser(),
    name: text("name").notNull(),
    credentialId: text("credential_id").notNull().unique(),
    publicKey: bytes("public_key").notNull(),
    counter: bigint("counter", { mode: "number" }).notNull().default(0),
    transports: text("transports").array().notNull(),
    aaguid: text("aaguid").notNull(),
    backedUp: boolean("backed_up").notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    flaggedAt: instant("flagged_at"),
  },
  (passkey) => [
    boundByUser("passkeys", passkey.userId),
    index("passkeys_by_user").on(passkey.userId, passkey.createdAt),
    check("passkeys_name_length", sql`length(${passkey.name}) between 1 and 100`),
  ],
);

/** What an authenticator was asked to sign: 32 random bytes, good once, for five minutes, for one purpose. */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    challenge: text("challenge").primaryKey(),
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    purpose: text("purpose", { enum: ["register", "sign-in", "step-up"] }).notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (row) => [boundByUser("passkey_challenges", row.userId)],
);

/** One of ten recovery codes, numbered from 1, hashed with argon2id. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    userId: ofUser(),
    number: integer("number").notNull(),
    hash: text("hash").notNull(),
    createdAt: createdAt(),
    usedAt: instant("used_at"),
  },
  (code) => [boundByUser("recovery_codes", code.userId), primaryKey({ columns: [code.userId, code.number] })],
);

/**
 * A link sent by mail, good once. `purpose` says what it opens; `data` what it was made for. It is made when its mail
 * is sent; `mailId` is that mail, of which a repeat replaces the link.
 */
export const links = pgTable(
  "links",
  {
    id: id(),
    userId: ofUser(),
    purpose: text("purpose").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    mailId: uuid("mail_id").notNull(),
    data: jsonb("data").$type<Record<string, string>>().notNull().default({}),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
  },
  (link) => [
    boundByUser("links", link.userId),
    index("links_by_user").on(link.userId, link.purpose),
    index("links_by_mail").on(link.mailId),
  ],
);

/** A change of address: wanted, until `confirmedAt`; afterwards what it can be undone to, until `undoUntil`. */
export const emailChanges = pgTable(
  "email_changes",
  {
    id: id(),
    userId: ofUser(),
    oldEmail: text("old_email").notNull(),
    newEmail: text("new_email").notNull(),
    createdAt: createdAt(),
    sentAt: instant("sent_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    confirmedAt: instant("confirmed_at"),
    undoUntil: instant("undo_until"),
  },
  (change) => [
    boundByUser("email_changes", change.userId),
    uniqueIndex("email_changes_pending_once").on(change.userId).where(sql`${change.confirmedAt} is null`),
    index("email_changes_by_user").on(change.userId, change.createdAt),
  ],
);

/** Something a person was told of in the portal. */
export const notifications = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey(),
    userId: ofUser(),
    event: text("event").notNull(),
    subject: text("subject").notNull(),
    paragraphs: text("paragraphs").array().notNull(),
    path: text("path"),
    createdAt: createdAt(),
    readAt: instant("read_at"),
  },
  (notification) => [
    boundByUser("notifications", notification.userId),
    index("notifications_by_user").on(notification.userId, notification.createdAt, notification.id),
    index("notifications_unread").on(notification.userId).where(sql`${notification.readAt} is null`),
  ],
);

/** Where a person wants to be told of an event, or not; without a row the event's own default holds. */
export const notificationChoices = pgTable(
  "notification_choices",
  {
    userId: ofUser(),
    event: text("event").notNull(),
    channel: text("channel", { enum: ["mail", "inbox", "webhook"] }).notNull(),
    wanted: boolean("wanted").notNull(),
  },
  (choice) => [
    boundByUser("notification_choices", choice.userId),
    primaryKey({ columns: [choice.userId, choice.event, choice.channel] }),
  ],
);

/** A reminder that was given, so that it is given once: which token, and how many days before its end. */
export const reminders = pgTable(
  "reminders",
  {
    tokenId: uuid("token_id")
      .notNull()
      .references(() => tokens.id, { onDelete: "cascade" }),
    days: integer("days").notNull(),
    sentAt: instant("sent_at").notNull().defaultNow(),
  },
  (reminder) => [primaryKey({ columns: [reminder.tokenId, reminder.days] })],
);

/** Proof of a finished sign-in, traded once, within a minute, for a browser session. */
export const tickets = pgTable(
  "tickets",
  {
    id: id(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    secretHash: bytes("secret_hash").notNull().unique(),
    factors: text("factors").array().notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (row) => [boundByUser("tickets", row.userId)],
);

/** A personal access token. Ended ones stay 90 days, with who, when and why. */
export const tokens = pgTable(
  "tokens",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    scopes: text("scopes").array().notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    lastFour: text("last_four").notNull(),
    createdAt: createdAt(),
    createdByToken: uuid("created_by_token"),
    startsAt: instant("starts_at"),
    expiresAt: instant("expires_at"),
    rotatedAt: instant("rotated_at"),
    allowedAddresses: text("allowed_addresses").array().notNull().default(sql`'{}'`),
    addressMode: text("address_mode", { enum: ["enforce", "log"] })
      .notNull()
      .default("enforce"),
    perMinute: integer("per_minute"),
    sealedSecret: bytes("sealed_secret"),
    lastUsedAt: instant("last_used_at"),
    lastUsedAddress: text("last_used_address"),
    lastUsedAgent: text("last_used_agent"),
    endedAt: instant("ended_at"),
    endedBy: uuid("ended_by"),
    endedReason: text("ended_reason", { enum: ["revoked", "expired", "unused", "leaked", "replayed"] }),
  },
  (token) => [
    bound("tokens", token.accountId),
    uniqueIndex("tokens_live_name_once").on(token.userId, lower(token.name)).where(sql`${token.endedAt} is null`),
    index("tokens_by_user").on(token.userId, token.createdAt, token.id),
    index("tokens_ended").on(token.endedAt).where(sql`${token.endedAt} is not null`),
    foreignKey({ columns: [token.userId, token.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    check("tokens_name_length", sql`length(${token.name}) between 1 and 100`),
    check("tokens_per_minute", sql`${token.perMinute} between 1 and 100000`),
  ],
);

/** The one-time link to `/setup`; worth something only while there is no account. */
export const setupLinks = pgTable("setup_links", {
  secretHash: bytes("secret_hash").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
});

/**
 * What happened: one row for each change and each refusal. The database refuses updates and deletions. `accountId` is
 * where it happened; `actorAccountId` is where the actor is from, when that is another account.
 */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().defaultNow(),
    accountId: text("account_id"),
    actorId: uuid("actor_id"),
    actorAccountId: text("actor_account_id"),
    impersonatorId: uuid("impersonator_id"),
    credentialKind: text("credential_kind"),
    credentialId: text("credential_id"),
    action: text("action").notNull(),
    target: text("target"),
    result: text("result", { enum: ["done", "refused"] }).notNull(),
    code: text("code"),
    details: jsonb("details").$type<Record<string, unknown>>(),
    address: text("address"),
    agent: text("agent"),
    requestId: text("request_id"),
  },
  (entry) => [
    index("audit_by_account").on(entry.accountId, entry.id),
    index("audit_by_actor").on(entry.actorId, entry.id),
    index("audit_by_target").on(entry.target, entry.id),
    index("audit_by_actor_account").on(entry.actorAccountId, entry.id).where(sql`${entry.actorAccountId} is not null`),
    index("audit_by_account_action").on(entry.accountId, entry.action, entry.id),
    index("audit_refused_by_account").on(entry.accountId, entry.id).where(sql`${entry.result} = 'refused'`),
    index("audit_by_impersonator").on(entry.impersonatorId, entry.id).where(sql`${entry.impersonatorId} is not null`),
    pgPolicy("audit_entries_bound", {
      for: "select",
      to: tenantRole,
      using: sql`${entry.accountId} = ${currentAccountIds} or ${entry.actorAccountId} = ${currentAccountIds}`,
    }),
  ],
);

/**
 * The chain over the audit log: each link is the hash of the one before and of one entry, in the order in which entries
 * were found finished. An entry that is changed, gone or put in later breaks the chain from there on.
 */
export const auditSeals = pgTable(
  "audit_seals",
  {
    position: bigint("position", { mode: "number" }).primaryKey(),
    entryId: bigint("entry_id", { mode: "number" }).notNull().unique(),
    hash: bytes("hash").notNull(),
    sealedAt: instant("sealed_at").notNull().defaultNow(),
  },
  () => [pgPolicy("audit_seals_all", { for: "select", to: tenantRole, using: sql`true` })],
);

/**
 * What came of going over the chain: how far it holds, and where it breaks, if it does. Nobody changes or deletes one.
 */
export const auditChecks = pgTable("audit_checks", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant("at").notNull().defaultNow(),
  position: bigint("position", { mode: "number" }).notNull(),
  entryId: bigint("entry_id", { mode: "number" }),
  hash: bytes("hash").notNull(),
  brokenPosition: bigint("broken_position", { mode: "number" }),
  problem: text("problem"),
});

/** Answers kept for 24 hours under the caller's `Idempotency-Key`, without the secrets shown once. */
export const idempotentAnswers = pgTable(
  "idempotent_answers",
  {
    actorId: uuid("actor_id").notNull(),
    key: varchar("key", { length: 128 }).notNull(),
    operation: text("operation").notNull(),
    request: bytes("request").notNull(),
    answer: jsonb("answer").$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (answer) => [
    primaryKey({ columns: [answer.actorId, answer.key] }),
    index("idempotent_answers_by_age").on(answer.createdAt),
  ],
);

/** Budgets spent, shared by all replicas; columns as rate-limiter-flexible wants them. */
export const budgets = pgTable("budgets", {
  key: varchar("key", { length: 255 }).primaryKey(),
  points: integer("points").notNull().default(0),
  expire: bigint("expire", { mode: "number" }),
});
