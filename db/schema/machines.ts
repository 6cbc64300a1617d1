/** What programs sign in with: access keys, API users, their secrets and their tokens. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { groups } from "./access.ts";
import { accounts } from "./accounts.ts";
import { actorId, bytes, createdAt, id, lower, modifiedAt, tenantPolicy, timestamptz } from "./columns.ts";
import { users } from "./users.ts";

/**
 * An id and a secret with which a program signs in as its person. `id` is 16 hexadecimal digits. Since `outgrownAt`,
 * its person may do more than whoever made it; null: no more.
 */
export const accessKeys = pgTable(
  "access_keys",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    label: text("label").notNull().default(""),
    secretHash: bytes("secret_hash").notNull(),
    lastSignInAt: timestamptz("last_sign_in_at"),
    outgrownAt: timestamptz("outgrown_at"),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (key) => [
    index("access_keys_by_user").on(key.userId, key.createdAt),
    index("access_keys_by_maker").on(key.createdBy),
    foreignKey({ columns: [key.userId, key.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    check("access_keys_id_is_16_digits", sql`${key.id} ~ '^[0-9a-f]{16}$'`),
    tenantPolicy("access_keys", key.accountId),
  ],
);

/**
 * The key that names an account to its API users' programs. Past `endsAt` it opens nothing; null is the present one.
 */
export const customerKeys = pgTable(
  "customer_keys",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    keyHash: bytes("key_hash").notNull().unique(),
    sealedKey: bytes("sealed_key").notNull(),
    endsAt: timestamptz("ends_at"),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
  },
  (key) => [
    uniqueIndex("customer_keys_present_once").on(key.accountId).where(sql`${key.endsAt} is null`),
    index("customer_keys_by_account").on(key.accountId),
    unique("customer_keys_in_account").on(key.id, key.accountId),
    tenantPolicy("customer_keys", key.accountId),
  ],
);

/** A program with a login. Its e-mail address is nobody else's, person or program; a trigger holds that. */
export const apiUsers = pgTable(
  "api_users",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    login: text("login").notNull(),
    name: text("name").notNull(),
    surname: text("surname").notNull(),
    email: text("email").notNull(),
    active: boolean("active").notNull().default(true),
    allowedAddresses: text("allowed_addresses").array().notNull().default(sql`'{}'`),
    lastSignInAt: timestamptz("last_sign_in_at"),
    lastSignInAddress: text("last_sign_in_address"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (user) => [
    uniqueIndex("api_users_login_once").on(user.accountId, lower(user.login)),
    uniqueIndex("api_users_email_once").on(lower(user.email)),
    unique("api_users_in_account").on(user.id, user.accountId),
    check("api_users_login_length", sql`length(${user.login}) between 1 and 100`),
    tenantPolicy("api_users", user.accountId),
  ],
);

/**
 * A secret with which an API user signs in: two at most live side by side. `createdFrom` is the account of who made it,
 * who may be gone by now. Since `outgrownAt`, the API user may do more than they; null: no more.
 */
export const apiUserSecrets = pgTable(
  "api_user_secrets",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    apiUserId: uuid("api_user_id").notNull(),
    hash: text("hash").notNull(),
    lastUsedAt: timestamptz("last_used_at"),
    outgrownAt: timestamptz("outgrown_at"),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    createdFrom: text("created_from"),
  },
  (secret) => [
    index("api_user_secrets_by_user").on(secret.apiUserId, secret.createdAt),
    index("api_user_secrets_by_maker").on(secret.createdBy),
    unique("api_user_secrets_of_user").on(secret.id, secret.apiUserId),
    foreignKey({
      columns: [secret.apiUserId, secret.accountId],
      foreignColumns: [apiUsers.id, apiUsers.accountId],
    }).onDelete("cascade"),
    tenantPolicy("api_user_secrets", secret.accountId),
  ],
);

/** Which groups an API user is in; its rights are their roles. */
export const apiUserGroups = pgTable(
  "api_user_groups",
  {
    apiUserId: uuid("api_user_id").notNull(),
    groupId: uuid("group_id").notNull(),
    accountId: text("account_id").notNull(),
    addedAt: timestamptz("added_at").notNull().defaultNow(),
  },
  (member) => [
    primaryKey({ columns: [member.apiUserId, member.groupId] }),
    index("api_user_groups_by_group").on(member.groupId, member.apiUserId),
    foreignKey({
      columns: [member.apiUserId, member.accountId],
      foreignColumns: [apiUsers.id, apiUsers.accountId],
    }).onDelete("cascade"),
    foreignKey({ columns: [member.groupId, member.accountId], foreignColumns: [groups.id, groups.accountId] }).onDelete(
      "cascade",
    ),
    tenantPolicy("api_user_groups", member.accountId),
  ],
);

/**
 * What an API user got for signing in with one of its secrets: it ends with that one. Sealed as well, because the same
 * one is given again while it is valid.
 */
export const apiUserTokens = pgTable(
  "api_user_tokens",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    apiUserId: uuid("api_user_id").notNull(),
    customerKeyId: uuid("customer_key_id").notNull(),
    secretId: uuid("secret_id").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    sealedSecret: bytes("sealed_secret").notNull(),
    createdAt: createdAt(),
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (token) => [
    index("api_user_tokens_by_user").on(token.apiUserId, token.createdAt),
    index("api_user_tokens_by_secret").on(token.secretId, token.createdAt),
    index("api_user_tokens_by_end").on(token.expiresAt),
    foreignKey({
      columns: [token.apiUserId, token.accountId],
      foreignColumns: [apiUsers.id, apiUsers.accountId],
    }).onDelete("cascade"),
    foreignKey({
      name: "api_user_tokens_secret_fk",
      columns: [token.secretId, token.apiUserId],
      foreignColumns: [apiUserSecrets.id, apiUserSecrets.apiUserId],
    }).onDelete("cascade"),
    foreignKey({
      columns: [token.customerKeyId, token.accountId],
      foreignColumns: [customerKeys.id, customerKeys.accountId],
    }).onDelete("cascade"),
    tenantPolicy("api_user_tokens", token.accountId),
  ],
);
