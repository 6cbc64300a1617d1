/** What users prove themselves by: passwords they had, authenticators, passkeys and recovery codes. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, createdAt, id, tenantPolicyByUser, timestamptz } from "./columns.ts";
import { userIdColumn, users } from "./users.ts";

/** Hashes of the passwords a person had before the present one; the newest four are kept. */
export const formerPasswords = pgTable(
  "former_passwords",
  {
    id: id(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    hash: text("hash").notNull(),
    replacedAt: timestamptz("replaced_at").notNull().defaultNow(),
  },
  (former) => [
    tenantPolicyByUser("former_passwords", former.userId),
    index("former_passwords_by_user").on(former.userId, former.replacedAt),
  ],
);

/** A TOTP authenticator. `secret` is sealed, bound to its row; a step at or before `lastStep` is never taken again. */
export const authenticators = pgTable(
  "authenticators",
  {
    id: id(),
    userId: userIdColumn(),
    name: text("name").notNull(),
    secret: bytes("secret").notNull(),
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    confirmedAt: timestamptz("confirmed_at"),
    lastUsedAt: timestamptz("last_used_at"),
  },
  (authenticator) => [
    tenantPolicyByUser("authenticators", authenticator.userId),
    index("authenticators_by_user").on(authenticator.userId, authenticator.createdAt),
    check("authenticators_name_length", sql`length(${authenticator.name}) between 1 and 100`),
  ],
);

/** A passkey (WebAuthn credential). Its public key never changes. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: id(),
    userId: userIdColumn(),
    name: text("name").notNull(),
    credentialId: text("credential_id").notNull().unique(),
    publicKey: bytes("public_key").notNull(),
    counter: bigint("counter", { mode: "number" }).notNull().default(0),
    transports: text("transports").array().notNull(),
    aaguid: text("aaguid").notNull(),
    backedUp: boolean("backed_up").notNull(),
    createdAt: createdAt(),
    lastUsedAt: timestamptz("last_used_at"),
    flaggedAt: timestamptz("flagged_at"),
  },
  (passkey) => [
    tenantPolicyByUser("passkeys", passkey.userId),
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
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (row) => [tenantPolicyByUser("passkey_challenges", row.userId)],
);

/** One of ten recovery codes, numbered from 1, hashed with argon2id. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    userId: userIdColumn(),
    number: integer("number").notNull(),
    hash: text("hash").notNull(),
    createdAt: createdAt(),
    usedAt: timestamptz("used_at"),
  },
  (code) => [tenantPolicyByUser("recovery_codes", code.userId), primaryKey({ columns: [code.userId, code.number] })],
);
