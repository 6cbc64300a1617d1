import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";

/** What an account asks of its people's passwords, as pages are told that help to choose one. */
export const passwordRules = z.object({
  profile: z.enum(["classic", "nist"]).meta({ description: "Which rules a new password has to keep" }),
  secondFactor: z.boolean().meta({ description: "The account demands a second factor: nist asks for 12 characters" }),
});

export type PasswordRules = z.output<typeof passwordRules>;

/** The columns of an account that say so. */
export const rulesColumns = { profile: accounts.passwordProfile, secondFactor: accounts.mfaRequired };

/** Since when somebody has their password; who never chose one has it for as long as they are there. */
export const passwordSince = sql`coalesce(${users.passwordChangedAt}, ${users.createdAt})`;

/** Is the password older than the account allows? */
export const passwordIsOld = sql<boolean>`coalesce(
  ${passwordSince} + make_interval(days => ${accounts.passwordMaxAgeDays}) <= now(), false)`;

/** What an account asks of a password that somebody is to have in it. */
export async function rulesIn(db: Db, accountId: string): Promise<PasswordRules> {
  const [found] = await db.select(rulesColumns).from(accounts).where(eq(accounts.id, accountId));
  if (!found) throw new Error("there is no such account");
  return found;
}
