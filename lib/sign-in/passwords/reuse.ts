import { and, desc, eq, notInArray } from "drizzle-orm";
import { type Db, primary } from "#db/client.ts";
import { accounts } from "#db/schema/accounts.ts";
import { formerPasswords } from "#db/schema/factors.ts";
import { users } from "#db/schema/users.ts";
import { isPassword } from "#lib/core/crypto/hashing.ts";
import { badField } from "#lib/core/errors.ts";
import { type PasswordRules, rulesColumns } from "./policy.ts";
import { classic } from "./weaknesses.ts";

const remembered = 4;

/** The passwords that a new one must not be, and what the account asks of it. */
export type Used = { current: string | null; former: string[]; asked: PasswordRules };

export async function usedBy(userId: string): Promise<Used> {
  const [person] = await primary()
    .select({ hash: users.passwordHash, asked: rulesColumns })
    .from(users)
    .innerJoin(accounts, eq(accounts.id, users.accountId))
    .where(eq(users.id, userId));
  const former = await primary()
    .select({ hash: formerPasswords.hash })
    .from(formerPasswords)
    .where(eq(formerPasswords.userId, userId))
    .orderBy(desc(formerPasswords.replacedAt))
    .limit(remembered);
  return { current: person?.hash ?? null, former: former.map(({ hash }) => hash), asked: person?.asked ?? classic };
}

export async function rejectIfReused({ current, former }: Used, candidate: string) {
  const same = await Promise.all([current, ...former].map((hash) => isPassword(hash, candidate)));
  const message = "You used this password before. Choose one that is none of your last five.";
  if (same.includes(true)) throw badField("newPassword", "password_reused", message);
}

export async function forgetOldest(tx: Db, userId: string) {
  const newest = tx
    .select({ id: formerPasswords.id })
    .from(formerPasswords)
    .where(eq(formerPasswords.userId, userId))
    .orderBy(desc(formerPasswords.replacedAt))
    .limit(remembered);
  await tx
    .delete(formerPasswords)
    .where(and(eq(formerPasswords.userId, userId), notInArray(formerPasswords.id, newest)));
}
