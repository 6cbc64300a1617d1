import { sql } from "drizzle-orm";
import { users } from "#db/schema/users.ts";
import type { Factor } from "#lib/core/actor.ts";

/**
 * Does this person sign in here, as a condition of a query? Others sign in elsewhere, with an outside identity
 * provider: they have been here, and not with a password of the portal's own. They have no password, authenticator,
 * passkey or recovery code here, which would be a way past their provider; those that are left from before open
 * nothing. Who was invited and has neither chosen a password yet nor been here signs in here.
 */
export const signsInHere = sql<boolean>`(${users.passwordHash} is not null or ${users.lastSignInAt} is null)`;

/** The same of somebody with a session, who has been here: of the factors they own, those that count. */
export const countingFactors = (owned: Factor[]): Factor[] => (owned.includes("password") ? owned : []);
