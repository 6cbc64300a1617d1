import { randomInt } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { roles, userRoles } from "#db/schema/access.ts";
import { accounts } from "#db/schema/accounts.ts";
import { users } from "#db/schema/users.ts";
import { env } from "#lib/env.ts";

type First = { accountName: string; fullName: string; email: string; passwordHash: string };

export async function makeFirst(tx: Db, { accountName, fullName, email, passwordHash }: First) {
  const accountId = env().ACCOUNT_ID ?? String(randomInt(10_000_000, 100_000_000));
  await tx.insert(accounts).values({ id: accountId, name: accountName });
  const person = { accountId, username: email, fullName, email, passwordHash };
  const [user] = await tx
    .insert(users)
    .values({ ...person, emailSetByAdministrator: true, passwordChangedAt: sql`now()` })
    .returning({ id: users.id });
  const [administrator] = await tx
    .select({ id: roles.id })
    .from(roles)
    .where(sql`${roles.accountId} is null and ${roles.name} = 'Administrator'`);
  if (!user || !administrator) throw new Error("the first administrator could not be made");
  await tx.insert(userRoles).values({ userId: user.id, roleId: administrator.id });
  return { id: user.id, accountId };
}
