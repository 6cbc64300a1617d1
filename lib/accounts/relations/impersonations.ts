import { and, eq, inArray } from "drizzle-orm";
import { asSystem, type Db } from "#db/client.ts";
import { sessions } from "#db/schema/sessions.ts";
import { users } from "#db/schema/users.ts";
import type { Ends } from "./relation.ts";

/**
 * Ends the sessions in which people of the managing account act as people of the managed one: less is agreed on now.
 */
export const endImpersonations = (tx: Db, { kind, managingId, managedId }: Ends) =>
  asSystem(tx, async (tx) => {
    if (kind !== "managed") return;
    const theirs = tx.select({ id: users.id }).from(users).where(eq(users.accountId, managingId));
    await tx.delete(sessions).where(and(eq(sessions.accountId, managedId), inArray(sessions.impersonatorId, theirs)));
  });
