/** Signed-in browsers and programs, and sign-ins that are under way. Every secret is kept as a hash. */
import { sql } from "drizzle-orm";
import { type AnyPgColumn, boolean, foreignKey, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, createdAt, id, tenantPolicy, tenantPolicyByUser, timestamptz } from "./columns.ts";
import { accessKeys } from "./machines.ts";
import { userIdColumn, users } from "./users.ts";

/**
 * A signed-in browser or program. Deleting the row ends the session, everywhere, at once. `factors` are all that were
 * proven in it. Its last proof of identity was at `provenAt`, by a second factor when it is `strong`; what it
 * unlocks goes on until `freshUntil`, which each use moves on. In the session of an impersonation somebody else acts as
 * the person, in the open; it ends with the session it was begun in. One that an access key opened ends with the key.
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
    accessKeyId: text("access_key_id").references(() => accessKeys.id, { onDelete: "cascade" }),
    address: text("address"),
    agent: text("agent"),
    createdAt: createdAt(),
    lastSeenAt: timestamptz("last_seen_at").notNull().defaultNow(),
    idleMinutes: integer("idle_minutes").notNull(),
    expiresAt: timestamptz("expires_at").notNull(),
    deviceId: uuid("device_id").references(() => devices.id, { onDelete: "set null" }),
    provenAt: timestamptz("proven_at").notNull().default(sql`'-infinity'`),
    freshUntil: timestamptz("fresh_until").notNull().default(sql`'-infinity'`),
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
    index("sessions_by_access_key").on(session.accessKeyId).where(sql`${session.accessKeyId} is not null`),
    tenantPolicy("sessions", session.accountId),
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
    userId: userIdColumn(),
    secretHash: bytes("secret_hash").notNull().unique(),
    agent: text("agent"),
    address: text("address"),
    createdAt: createdAt(),
    lastSeenAt: timestamptz("last_seen_at").notNull().defaultNow(),
  },
  (device) => [
    tenantPolicyByUser("devices", device.userId),
    index("devices_by_user").on(device.userId, device.lastSeenAt),
  ],
);

/**
 * A sign-in that is not finished: `factors` are proven, something is still missing. It opens nothing but the next step
 * of the same sign-in. `draft` is a TOTP secret on trial, sealed, where one must be set up first.
 */
export const challenges = pgTable(
  "challenges",
  {
    id: id(),
    userId: userIdColumn(),
    secretHash: bytes("secret_hash").notNull().unique(),
    factors: text("factors").array().notNull(),
    draft: bytes("draft"),
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (challenge) => [tenantPolicyByUser("challenges", challenge.userId), index("challenges_by_user").on(challenge.userId)],
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
    expiresAt: timestamptz("expires_at").notNull(),
  },
  (row) => [tenantPolicyByUser("tickets", row.userId)],
);
