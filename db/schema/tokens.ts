/** API tokens, how they are used, and the gateways that ask about them. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { actorId, bytes, createdAt, id, lower, tenantPolicy, timestamptz } from "./columns.ts";
import { users } from "./users.ts";

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
    startsAt: timestamptz("starts_at"),
    expiresAt: timestamptz("expires_at"),
    rotatedAt: timestamptz("rotated_at"),
    allowedAddresses: text("allowed_addresses").array().notNull().default(sql`'{}'`),
    addressMode: text("address_mode", { enum: ["enforce", "log"] })
      .notNull()
      .default("enforce"),
    rateLimitPerMinute: integer("per_minute"),
    sealedSecret: bytes("sealed_secret"),
    lastUsedAt: timestamptz("last_used_at"),
    lastUsedAddress: text("last_used_address"),
    lastUsedAgent: text("last_used_agent"),
    endedAt: timestamptz("ended_at"),
    endedBy: uuid("ended_by"),
    endedReason: text("ended_reason", { enum: ["revoked", "expired", "unused", "leaked", "replayed"] }),
  },
  (token) => [
    tenantPolicy("tokens", token.accountId),
    uniqueIndex("tokens_live_name_once").on(token.userId, lower(token.name)).where(sql`${token.endedAt} is null`),
    index("tokens_by_user").on(token.userId, token.createdAt, token.id),
    index("tokens_ended").on(token.endedAt).where(sql`${token.endedAt} is not null`),
    foreignKey({ columns: [token.userId, token.accountId], foreignColumns: [users.id, users.accountId] }).onDelete(
      "cascade",
    ),
    check("tokens_name_length", sql`length(${token.name}) between 1 and 100`),
    check("tokens_per_minute", sql`${token.rateLimitPerMinute} between 1 and 100000`),
  ],
);

/**
 * A secret that a token had before it was rotated. It opens what the token opens until `endsAt`, or with
 * `untilFirstUse` until the one after it is first used, if that is sooner; infinity stands for a token that had no end.
 * Afterwards it stays, so that whoever still brings it is found out.
 */
export const replacedSecrets = pgTable(
  "replaced_secrets",
  {
    secretHash: bytes("secret_hash").primaryKey(),
    tokenId: uuid("token_id")
      .notNull()
      .references(() => tokens.id, { onDelete: "cascade" }),
    accountId: text("account_id").notNull(),
    lastFour: text("last_four").notNull(),
    replacedAt: timestamptz("replaced_at").notNull().defaultNow(),
    endsAt: timestamptz("ends_at").notNull(),
    untilFirstUse: boolean("until_first_use").notNull().default(false),
    lastUsedAt: timestamptz("last_used_at"),
    lastUsedAddress: text("last_used_address"),
  },
  (secret) => [
    index("replaced_secrets_by_token").on(secret.tokenId, secret.replacedAt),
    tenantPolicy("replaced_secrets", secret.accountId),
  ],
);

/** From where a token was used, for what, and why it was refused; `agent` is the last one seen there. */
export const tokenUses = pgTable(
  "token_uses",
  {
    tokenId: uuid("token_id")
      .notNull()
      .references(() => tokens.id, { onDelete: "cascade" }),
    accountId: text("account_id").notNull(),
    kind: text("kind", { enum: ["network", "routes", "refusal"] }).notNull(),
    what: text("what").notNull(),
    agent: text("agent").notNull().default(""),
    firstAt: timestamptz("first_at").notNull().defaultNow(),
    lastAt: timestamptz("last_at").notNull().defaultNow(),
    count: bigint("count", { mode: "number" }).notNull().default(1),
  },
  (use) => [
    primaryKey({ columns: [use.tokenId, use.kind, use.what] }),
    check("token_uses_what_length", sql`length(${use.what}) <= 200`),
    tenantPolicy("token_uses", use.accountId),
  ],
);

/**
 * A gateway that may ask about the tokens of an account's people: its id and secret are the client of RFC 7662.
 * `createdFrom` is the account of who made it.
 */
export const gateways = pgTable(
  "gateways",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    lastFour: text("last_four").notNull(),
    lastUsedAt: timestamptz("last_used_at"),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    createdFrom: text("created_from"),
  },
  (gateway) => [
    uniqueIndex("gateways_name_once").on(gateway.accountId, lower(gateway.name)),
    check("gateways_name_length", sql`length(${gateway.name}) between 1 and 100`),
    tenantPolicy("gateways", gateway.accountId),
  ],
);
