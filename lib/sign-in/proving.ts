import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { accessChanged } from "#lib/vault/provisioning/queue.ts";

/**
 * A link mailed to somebody's present address was used, so that it is theirs: proven from now on, if it was not before.
 */
export async function proveEmail(tx: Db, userId: string): Promise<void> {
  const unproven = and(eq(users.id, userId), isNull(users.emailVerifiedAt));
  const proven = { emailVerifiedAt: sql`now()` };
  const [person] = await tx.update(users).set(proven).where(unproven).returning({ accountId: users.accountId });
  if (person) await accessChanged(tx, person);
}
