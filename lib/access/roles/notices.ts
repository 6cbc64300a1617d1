import type { SQL } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { type Notice, queueNotice, queueNotices } from "#lib/core/notice.ts";

/** The notice for a user whose rights an administrator changed; `sentence` says how. */
const rightsChanged = (sentence: string): Omit<Notice, "userId"> => ({
  event: "rights_changed",
  subject: "Your roles or groups were changed",
  paragraphs: [sentence, "It holds already. If you think that this is wrong, ask an administrator of your account."],
  button: { words: "See what you hold", path: "/profile" },
});

/** Tells a user that their rights have changed. */
export const tellRights = (tx: Db, userId: string, sentence: string): Promise<void> =>
  queueNotice(tx, { userId, ...rightsChanged(sentence) });

/**
 * Tells everybody of whom `people`, SQL, answers the `user_id`; whoever stands there twice is told once, programs
 * never.
 */
export async function tellAllRights(tx: Db, people: SQL, sentence: string): Promise<void> {
  const { rows } = await tx.execute<{ user_id: string }>(people);
  const ids = new Set(rows.map(({ user_id }) => user_id));
  await tellThese(tx, [...ids], sentence);
}

/** Tells these people the same. */
export const tellThese = (tx: Db, userIds: string[], sentence: string): Promise<void> =>
  queueNotices(tx, userIds, rightsChanged(sentence));

/** Names in a sentence; `none` where there are none. */
export const joinNames = (names: string[], none: string): string => (names.length ? names.join(", ") : none);
