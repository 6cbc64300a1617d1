import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accountRelations } from "#db/schema/accounts.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** The account as somebody of another one sees it; undefined when theirs does not manage it. */
export async function tenantFor(tx: Db, accountId: string, from: string): Promise<Tenant | undefined> {
  if (from === accountId) return { accountId, rights: null, visibleAccountIds: [accountId] };
  const { kind, managingId, managedId, rights } = accountRelations;
  const agreed = and(eq(kind, "managed"), eq(managingId, from), eq(managedId, accountId));
  const [relation] = await tx.select({ rights }).from(accountRelations).where(agreed);
  return relation && { accountId, rights: relation.rights, visibleAccountIds: [accountId] };
}
