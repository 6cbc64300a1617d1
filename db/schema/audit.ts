/** The audit log, its chain of seals, and the checks of it. */
import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgPolicy, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, currentAccountIds, tenantRole, timestamptz } from "./columns.ts";

/**
 * What happened: one row for each change and each refusal. The database refuses updates and deletions. `accountId` is
 * where it happened; `actorAccountId` is where the actor is from, when that is another account.
 */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: timestamptz("at").notNull().defaultNow(),
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
    sealedAt: timestamptz("sealed_at").notNull().defaultNow(),
  },
  () => [pgPolicy("audit_seals_all", { for: "select", to: tenantRole, using: sql`true` })],
);

/**
 * What came of going over the chain: how far it holds, and where it breaks, if it does. Nobody changes or deletes one.
 */
export const auditChecks = pgTable("audit_checks", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  at: timestamptz("at").notNull().defaultNow(),
  position: bigint("position", { mode: "number" }).notNull(),
  entryId: bigint("entry_id", { mode: "number" }),
  hash: bytes("hash").notNull(),
  brokenPosition: bigint("broken_position", { mode: "number" }),
  problem: text("problem"),
});
