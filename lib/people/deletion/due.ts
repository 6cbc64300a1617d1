import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { instant } from "#lib/core/fields.ts";

export const dueAt = instant
  .nullable()
  .meta({ description: "When the person is deleted; null when that is not asked for" });

export async function dueAtOf(tx: Db, userId: string): Promise<Date | null> {
  const [person] = await tx.select({ dueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId));
  return person?.dueAt ?? null;
}
