/** Accounts, which are the tenants, and what links one to another. Instants are `timestamptz`; every row of a tenant names its account. */
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgPolicy, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import {
  actorId,
  createdAt,
  currentAccountIds,
  id,
  lower,
  modifiedAt,
  patternsColumn,
  tenantPolicy,
  tenantRole,
  timestamptz,
} from "./columns.ts";

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
    createdBy: actorId("created_by"),
    modifiedAt: modifiedAt(),
    modifiedBy: actorId("modified_by"),
  },
  (account) => [
    index("accounts_by_name").on(lower(account.name), account.id),
    check("accounts_password_age", sql`${account.passwordMaxAgeDays} between 1 and 3650`),
    check("accounts_default_location", sql`${account.defaultLocation} = any(${account.locations})`),
    tenantPolicy("accounts", account.id),
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
    rights: patternsColumn("rights").notNull(),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
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
    rights: patternsColumn("rights").notNull(),
    message: text("message").notNull().default(""),
    createdAt: createdAt(),
    createdBy: actorId("created_by"),
    expiresAt: timestamptz("expires_at").notNull(),
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
