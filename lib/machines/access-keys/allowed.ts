import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";

/** Whether access keys open anything in their account; on the wire. */
export const keysAllowed = z
  .boolean()
  .meta({ description: "false: the account has switched access keys off, and none signs in" });

/** Does the account let its access keys sign in? */
export async function areAllowed(tx: Db, accountId: string): Promise<boolean> {
  const { accessKeysAllowed } = accounts;
  const [account] = await tx.select({ accessKeysAllowed }).from(accounts).where(eq(accounts.id, accountId));
  return account?.accessKeysAllowed ?? false;
}
