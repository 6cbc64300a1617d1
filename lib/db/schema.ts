/**
 * The data model on one page. Instants are `timestamptz`; every secret is a hash; every row that belongs
 * to a tenant names its account.
 */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
const instant = (name: string) => timestamp(name, { withTimezone: true });
const id = () => uuid("id").primaryKey().defaultRandom();
const createdAt = () => instant("created_at").notNull().defaultNow();
const modifiedAt = () => instant("modified_at").notNull().defaultNow();
const lower = (column: AnyPgColumn) => sql`lower(${column})`;

/** Permission patterns and what they say, e.g. `{"aims:own:*:token": "allowed"}`. */
export type PermissionMap = Record<string, "allowed" | "denied">;

/** A tenant. `id` is 8 decimal digits; the policies of the account stand beside its name. */
export const accounts = pgTable(
  "accounts",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    active: boolean("active").notNull().default(true),
    tokenMaxDays: integer("token_max_days").notNull().default(365),
    tokensMayLiveForever: boolean("tokens_may_live_forever").notNull().default(false),
    sessionIdleMinutes: integer("session_idle_minutes").notNull().default(60),
    sessionMaxHours: integer("session_max_hours").notNull().default(24),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    modifiedAt: modifiedAt(),
  },
  (account) => [
    check("accounts_id_is_8_digits", sql`${account.id} ~ '^[1-9][0-9]{7}$'`),
    check("accounts_name_length", sql`length(${account.name}) between 1 and 100`),
    check("accounts_token_days", sql`${account.tokenMaxDays} between 1 and 365`),
    check("accounts_session_idle", sql`${account.sessionIdleMinutes} between 5 and 1440`),
    check("accounts_session_max", sql`${account.sessionMaxHours} between 1 and 720`),
  ],
);

/**
 * A person in one account. `username` is fixed; `lockedFields` says which profile fields an administrator
 * keeps, and why: `{"phone": "Managed by the staff directory"}`.
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
    phone: text("phone"),
    mobilePhone: text("mobile_phone"),
    lockedFields: jsonb("locked_fields").$type<Record<string, string>>().notNull().default({}),
    active: boolean("active").notNull().default(true),
    passwordHash: text("password_hash"),
    passwordChangedAt: instant("password_changed_at"),
    lastSignInAt: instant("last_sign_in_at"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    modifiedAt: modifiedAt(),
  },
  (user) => [
    uniqueIndex("users_username_once").on(lower(user.username)),
    uniqueIndex("users_email_once").on(lower(user.email)),
    unique("users_in_account").on(user.id, user.accountId),
    index("users_by_account").on(user.accountId, user.id),
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
  (former) => [index("former_passwords_by_user").on(former.userId, former.replacedAt)],
);

/** A profile picture: re-encoded WebP, one per person. */
export const pictures = pgTable("pictures", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  content: bytes("content").notNull(),
  etag: text("etag").notNull(),
  modifiedAt: modifiedAt(),
});

/** A map of permission patterns. Global roles belong to no account. */
export const roles = pgTable(
  "roles",
  {
    id: id(),
    accountId: text("account_id").references(() => accounts.id),
    name: text("name").notNull(),
    permissions: jsonb("permissions").$type<PermissionMap>().notNull(),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    modifiedAt: modifiedAt(),
  },
  (role) => [unique("roles_name_once").on(role.accountId, role.name).nullsNotDistinct()],
);

/** Which roles a person holds. */
export const userRoles = pgTable(
  "user_roles",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    grantedAt: instant("granted_at").notNull().defaultNow(),
  },
  (grant) => [primaryKey({ columns: [grant.userId, grant.roleId] }), index("user_roles_by_role").on(grant.roleId)],
);

/** A signed-in browser or program. Deleting the row ends the session, everywhere, at once. */
export const sessions = pgTable(
  "sessions",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    kind: text("kind", { enum: ["browser", "api"] }).notNull(),
    factors: text("factors").array().notNull(),
    address: text("address"),
    agent: text("agent"),
    createdAt: createdAt(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    idleMinutes: integer("idle_minutes").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (session) => [
    index("sessions_by_user").on(session.userId, session.createdAt),
    foreignKey({ columns: [session.userId, session.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
  ],
);

/** Proof of a finished sign-in, traded once, within a minute, for a browser session. */
export const tickets = pgTable("tickets", {
  id: id(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  secretHash: bytes("secret_hash").notNull().unique(),
  factors: text("factors").array().notNull(),
  expiresAt: instant("expires_at").notNull(),
});

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
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
    lastUsedAddress: text("last_used_address"),
    lastUsedAgent: text("last_used_agent"),
    endedAt: instant("ended_at"),
    endedBy: uuid("ended_by"),
    endedReason: text("ended_reason", { enum: ["revoked", "expired"] }),
  },
  (token) => [
    uniqueIndex("tokens_live_name_once").on(token.userId, lower(token.name)).where(sql`${token.endedAt} is null`),
    index("tokens_by_user").on(token.userId, token.createdAt, token.id),
    index("tokens_ended").on(token.endedAt).where(sql`${token.endedAt} is not null`),
    foreignKey({ columns: [token.userId, token.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    check("tokens_name_length", sql`length(${token.name}) between 1 and 100`),
  ],
);

/** The one-time link to `/setup`; worth something only while there is no account. */
export const setupLinks = pgTable("setup_links", {
  secretHash: bytes("secret_hash").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
});

/** What happened: one row for each change and each refusal. The database refuses updates and deletions. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().defaultNow(),
    accountId: text("account_id"),
    actorId: uuid("actor_id"),
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
  ],
);

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
