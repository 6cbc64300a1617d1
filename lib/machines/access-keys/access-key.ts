import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { accessKeys } from "#db/schema/machines.ts";
import type { Grantor } from "#lib/access/granting/grant-rules.ts";
import { requireRightsOverUser } from "#lib/access/over/rights-over.ts";
import { tenantFor } from "#lib/access/principal/tenant-for.ts";
import { instant, uuid, wire } from "#lib/core/fields.ts";
import type { Tenant } from "#lib/core/tenant.ts";

export const keyUserId = uuid().meta({ description: "Whose key it is" });

export const wireKey = z.object({
  id: z.string(),
  userId: z.uuid(),
  accountId: z.string(),
  label: z.string(),
  lastSignInAt: instant.nullable(),
  outgrownAt: instant
    .nullable()
    .meta({ description: "Since when its person may do more than whoever made it; null: no more. Replace it" }),
  createdAt: instant,
  createdBy: z.uuid().nullable(),
  modifiedAt: instant,
  modifiedBy: z.uuid().nullable(),
});

/** An access key as administrators see it. */
export type AccessKey = z.output<typeof wireKey>;

type AccessKeyRow = typeof accessKeys.$inferSelect;

export const toAccessKey = (key: AccessKeyRow) => ({
  ...key,
  lastSignInAt: wire(key.lastSignInAt),
  outgrownAt: wire(key.outgrownAt),
  createdAt: wire(key.createdAt),
  modifiedAt: wire(key.modifiedAt),
});

/**
 * Refuses to whoever holds less than the key's person. Where it could be in several accounts, theirs is looked for
 * first.
 */
export async function requireRightsOverOwner(by: Grantor, accessKeyId: string) {
  const { accountId, userId } = accessKeys;
  const [key] = await by.tx.select({ accountId, userId }).from(accessKeys).where(inReach(by.tenant, accessKeyId));
  const tenant = key && (await tenantFor(by.tx, key.accountId, by.actor.accountId));
  if (tenant) await requireRightsOverUser({ ...by, tenant }, key.userId, "administrative");
}

export function inReach({ visibleAccountIds }: Tenant, id: string, userId?: string): SQL | undefined {
  const isHere = sql`${accessKeys.accountId} = any(${sql.param(visibleAccountIds)})`;
  return and(eq(accessKeys.id, id), isHere, userId === undefined ? undefined : eq(accessKeys.userId, userId));
}
