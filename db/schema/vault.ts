/** The secrets that people keep for other systems, those systems, and the keys that seal what is kept. */
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
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { actorId, bytes, createdAt, id, lower, modifiedAt, tenantPolicy, timestamptz } from "./columns.ts";
import { users } from "./users.ts";

/**
 * The key that seals an account's secrets, itself sealed under one of `ENCRYPTION_KEYS`. The newest seals, all open.
 */
export const dataKeys = pgTable(
  "data_keys",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    wrapped: bytes("wrapped").notNull(),
    createdAt: createdAt(),
  },
  (key) => [index("data_keys_by_account").on(key.accountId, key.createdAt), tenantPolicy("data_keys", key.accountId)],
);

/** What kinds of system there are. */
export const systemKinds = [
  "git-https",
  "git-ssh",
  "registry",
  "http-basic",
  "http-bearer",
  "http-header",
  "smtp",
  "database",
] as const;

/**
 * A system outside for which people keep secrets. In the mode `manual` they bring their own; an `automatic` one is
 * asked, through its adapter, to make and withdraw them: for the members of `groupId`, or for everybody without one.
 * `adapterSecretFrom` is the account of who gave its adapter its secret, was shown it, or set its hook's address; empty
 * once that account may do nothing here any more: the hook is paused then. A hook is signed under the previous secret,
 * too, as long as there is one. `hostKey` is the one an SSH server is known by, `offeredHostKey` another that it showed
 * since.
 */
export const integrations = pgTable(
  "integrations",
  {
    id: id(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    kind: text("kind", { enum: systemKinds }).notNull(),
    baseUrl: text("base_url").notNull(),
    icon: text("icon").notNull().default(""),
    headerName: text("header_name"),
    mode: text("mode", { enum: ["manual", "automatic"] })
      .notNull()
      .default("manual"),
    adapter: text("adapter", { enum: ["hook", "gitea", "gitlab"] }),
    adapterUrl: text("adapter_url"),
    sealedAdapterSecret: bytes("sealed_adapter_secret"),
    adapterSecretFrom: text("adapter_secret_from"),
    sealedFormerSecret: bytes("sealed_former_secret"),
    hostKey: text("host_key"),
    offeredHostKey: text("offered_host_key"),
    groupId: uuid("group_id"),
    rotateDays: integer("rotate_days"),
    readableByPrograms: boolean("readable_by_programs").notNull().default(false),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (system) => [
    uniqueIndex("integrations_name_once").on(system.accountId, lower(system.name)),
    unique("integrations_in_account").on(system.id, system.accountId),
    check("integrations_name_length", sql`length(${system.name}) between 1 and 100`),
    check("integrations_rotate_days", sql`${system.rotateDays} between 1 and 365`),
    check("integrations_adapter", sql`${system.mode} = 'manual' or ${system.adapter} is not null`),
    tenantPolicy("integrations", system.accountId),
  ],
);

/**
 * A secret that a person keeps for a system. `sealedSecret` is null while an automatic one is still to be made;
 * `trouble` says why that, or its withdrawal, did not work yet. The system was asked for a new one, and what it
 * answered is not known, while there is an `askedUntil`; before that no other worker asks.
 */
export const serviceCredentials = pgTable(
  "service_credentials",
  {
    id: id(),
    accountId: text("account_id").notNull(),
    userId: uuid("user_id").notNull(),
    integrationId: uuid("integration_id").notNull(),
    name: text("name").notNull(),
    kind: text("kind", { enum: ["password", "token", "ssh-key"] }).notNull(),
    username: text("username").notNull().default(""),
    sealedSecret: bytes("sealed_secret"),
    publicKey: text("public_key"),
    state: text("state", { enum: ["ready", "pending", "failed", "withdrawing"] })
      .notNull()
      .default("ready"),
    trouble: text("trouble"),
    troubledAt: timestamptz("troubled_at"),
    externalId: text("external_id"),
    askedUntil: timestamptz("asked_until"),
    expiresAt: timestamptz("expires_at"),
    remindDays: integer("remind_days"),
    remindedAt: timestamptz("reminded_at"),
    rotatedAt: timestamptz("rotated_at"),
    testedAt: timestamptz("tested_at"),
    testResult: text("test_result"),
    version: integer("version").notNull().default(1),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (credential) => [
    uniqueIndex("service_credentials_name_once").on(credential.userId, lower(credential.name)),
    index("service_credentials_by_integration").on(credential.integrationId, credential.userId),
    index("service_credentials_by_end").on(credential.expiresAt).where(sql`${credential.expiresAt} is not null`),
    unique("service_credentials_in_account").on(credential.id, credential.accountId),
    foreignKey({
      columns: [credential.userId, credential.accountId],
      foreignColumns: [users.id, users.accountId],
    }).onDelete("cascade"),
    foreignKey({
      columns: [credential.integrationId, credential.accountId],
      foreignColumns: [integrations.id, integrations.accountId],
    }).onDelete("cascade"),
    check("service_credentials_name_length", sql`length(${credential.name}) between 1 and 100`),
    check("service_credentials_remind_days", sql`${credential.remindDays} between 1 and 90`),
    tenantPolicy("service_credentials", credential.accountId),
  ],
);

/** Who read a secret: a token by its id, or its person in a session (`reader` is then `session`). */
export const credentialReads = pgTable(
  "credential_reads",
  {
    credentialId: uuid("credential_id").notNull(),
    accountId: text("account_id").notNull(),
    reader: text("reader").notNull(),
    readerName: text("reader_name").notNull(),
    agent: text("agent").notNull().default(""),
    firstAt: timestamptz("first_at").notNull().defaultNow(),
    lastAt: timestamptz("last_at").notNull().defaultNow(),
    count: bigint("count", { mode: "number" }).notNull().default(1),
  },
  (read) => [
    primaryKey({ columns: [read.credentialId, read.reader] }),
    foreignKey({
      columns: [read.credentialId, read.accountId],
      foreignColumns: [serviceCredentials.id, serviceCredentials.accountId],
    }).onDelete("cascade"),
    tenantPolicy("credential_reads", read.accountId),
  ],
);
