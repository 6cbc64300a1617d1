import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import { notFound } from "#lib/core/errors.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/**
 * In a managed account the agreement is held while something is made there that ends with it. `own` is the maker's
 * account.
 */
export async function lockAgreement(tx: Db, { accountId, rights }: Tenant, own: string): Promise<void> {
  if (!rights) return;
  const { kind, managingId, managedId } = accountRelations;
  const agreed = and(eq(kind, "managed"), eq(managingId, own), eq(managedId, accountId));
  const [held] = await tx.select({ rights: accountRelations.rights }).from(accountRelations).where(agreed).for("share");
  const isAsBefore = held && JSON.stringify(held.rights) === JSON.stringify(rights);
  if (!isAsBefore) throw notFound("account");
}
