import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { Db } from "#lib/db/index.ts";
import { accessKeys, sessions } from "#lib/db/schema.ts";
import { byAccessKey } from "#lib/sessions.ts";

/** Deletes access keys: they open nothing any more, and what was opened with them ends. Answers which there were. */
export async function endKeys(tx: Db, which: SQL | undefined) {
  const { id, userId, label } = accessKeys;
  const gone = await tx.delete(accessKeys).where(which).returning({ id, userId, label });
  if (!gone.length) return gone;
  const keys = sql.param(gone.map((key) => byAccessKey(key.id)));
  const theirs = inArray(
    sessions.userId,
    gone.map((key) => key.userId),
  );
  await tx.delete(sessions).where(and(theirs, sql`${sessions.factors} && ${keys}::text[]`));
  return gone;
}
