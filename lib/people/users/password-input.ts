import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { conflict } from "#lib/core/errors.ts";
import { accountId } from "#lib/core/fields.ts";
import { userId } from "./fields.ts";
import type { HeldUser } from "./lock-rows.ts";
import { initialHours } from "./password-notices.ts";

export const input = z.strictObject({ userId, accountId });

/** Who has been here without a password signs in elsewhere: one of this portal's would be a way past that. */
export function requireLocalPassword({ passwordHash, lastSignInAt }: HeldUser) {
  if (passwordHash === null && lastSignInAt !== null)
    throw conflict("They sign in elsewhere, not with a password of this portal.");
}

/** Makes the present password one that must be replaced at its first use, within the time that initial ones have. */
export async function limitToOnce(tx: Db, id: string): Promise<void> {
  const until = sql`now() + ${initialHours} * interval '1 hour'`;
  await tx.update(users).set({ passwordOnce: true, passwordOnceUntil: until }).where(eq(users.id, id));
}
