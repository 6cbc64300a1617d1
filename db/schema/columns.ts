import { sql } from "drizzle-orm";
import { type AnyPgColumn, customType, pgPolicy, pgRole, timestamp, uuid } from "drizzle-orm/pg-core";
import { formerPattern, formerPermissions, readPattern, readPermissions } from "../administration-service.ts";

/** Permission patterns and what they say, e.g. `{"portal:own:*:token": "allowed"}`. */
export type PermissionMap = Record<string, "allowed" | "denied">;

/** Bytes, e.g. a hash. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
/** Permission patterns, and what each says; stored in the spelling of the version before. */
export const permissionsColumn = customType<{ data: PermissionMap; driverData: PermissionMap | string }>({
  dataType: () => "jsonb",
  fromDriver: (stored) => readPermissions(typeof stored === "string" ? JSON.parse(stored) : stored),
  toDriver: (permissions) => JSON.stringify(formerPermissions(permissions)),
});
/** A list of permission patterns; stored in the same spelling. */
export const patternsColumn = customType<{ data: string[]; driverData: string[] }>({
  dataType: () => "text[]",
  fromDriver: (stored) => stored.map(readPattern),
  toDriver: (patterns) => patterns.map(formerPattern),
});
/** A moment in time. */
export const timestamptz = (name: string) => timestamp(name, { withTimezone: true });
/** A random id that nobody chose. */
export const id = () => uuid("id").primaryKey().defaultRandom();
/** When it was made. */
export const createdAt = () => timestamptz("created_at").notNull().defaultNow();
/** When it was last changed. */
export const modifiedAt = () => timestamptz("modified_at").notNull().defaultNow();
/** Text without regard to case. */
export const lower = (column: AnyPgColumn) => sql`lower(${column})`;
/** Who did it; somebody who may be gone by now. */
export const actorId = (name: string) => uuid(name);

/**
 * Whom an operation in an account runs as. Postgres shows this role the rows of the accounts named in the setting
 * `latchkey.accounts` and no others (row-level security), whatever a query forgets to ask for.
 */
export const tenantRole = pgRole("latchkey_tenant").existing();
/** The accounts whose rows an operation sees. */
export const currentAccountIds = sql.raw(
  "any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])",
);
/** Shows an operation in an account only rows of that account. */
export const tenantPolicy = (name: string, column: AnyPgColumn) =>
  pgPolicy(`${name}_bound`, { to: tenantRole, using: sql`${column} = ${currentAccountIds}` });
/** Shows an operation in an account only rows of that account's users. */
export const tenantPolicyByUser = (name: string, userId: AnyPgColumn) =>
  pgPolicy(`${name}_bound`, {
    to: tenantRole,
    using: sql`exists (select from users where users.id = ${userId} and users.account_id = ${currentAccountIds})`,
  });
