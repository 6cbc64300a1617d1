import { and, eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { notFound } from "#lib/core/errors.ts";
import type { Tenant } from "#lib/core/tenant.ts";

/** Refuses a person who is not of the account acted in: nobody else exists there. */
export async function requireSameAccount(tx: Db, { accountId }: Pick<Tenant, "accountId">, id: string): Promise<void> {
  const colleague = and(eq(users.id, id), eq(users.accountId, accountId));
  const [person] = await tx.select({ id: users.id }).from(users).where(colleague);
  if (!person) throw notFound("user");
}
