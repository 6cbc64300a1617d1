import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { accessKeys } from "#db/schema/machines.ts";
import { sessions } from "#db/schema/sessions.ts";
import { byAccessKey } from "./key-factor.ts";

/**
 * Deletes access keys: they open nothing any more, and what was opened with them ends. Answers which there were. They
 * are locked in the order of their ids, so that two who end some of the same do not wait for each other.
 */
export async function endKeys(tx: Db, which: SQL | undefined) {
  const { id, userId, label } = accessKeys;
  const held = await tx.select({ id }).from(accessKeys).where(which).orderBy(id).for("update");
  if (!held.length) return [];
  const these = inArray(
    id,
    held.map((key) => key.id),
  );
  const gone = await tx.delete(accessKeys).where(these).returning({ id, userId, label });
  // Sessions that say which key opened them are gone by now; processes of the version before open some that do not.
  const keys = sql.param(gone.map((key) => byAccessKey(key.id)));
  const theirs = inArray(
    sessions.userId,
    gone.map((key) => key.userId),
  );
  await tx.delete(sessions).where(and(theirs, sql`${sessions.factors} && ${keys}::text[]`));
  return gone;
}
