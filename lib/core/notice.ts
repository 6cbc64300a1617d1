import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { enqueue } from "./jobs.ts";
import type { LinkOrder } from "./links.ts";

/**
 * Everything a person can be told of. `lib/notifications/events.ts` says of each what it is and whether it can be
 * switched off.
 */
export type NoticeEvent =
  | "password_changed"
  | "password_reset"
  | "email_changed"
  | "factor_added"
  | "factor_removed"
  | "passkey_flagged"
  | "recovery_codes_made"
  | "recovery_code_used"
  | "new_device"
  | "sign_in_after_failures"
  | "sessions_ended"
  | "account_secured"
  | "impersonated"
  | "account_deletion"
  | "profile_changed"
  | "status_changed"
  | "rights_changed"
  | "rights_overridden"
  | "relation_proposed"
  | "data_downloaded"
  | "webhook_changed"
  | "webhook_failing"
  | "factor_checkup"
  | "token_created"
  | "token_widened"
  | "token_rotated"
  | "token_replayed"
  | "token_revoked"
  | "token_leaked"
  | "token_expiry"
  | "token_new_network"
  | "token_unused"
  | "access_key_created"
  | "access_key_deleted"
  | "secret_outgrown"
  | "api_user_secret"
  | "api_user_changed";

/**
 * What a person is told of something that happened: by mail, in the portal, and to their webhook, as they chose. Never
 * holds a secret. `button` leads to a page of the portal; `link` is made when the mail is sent and stands in the mail
 * alone. `to` is a stored address that is told instead of the person's own, e.g. the one before a change.
 */
export type Notice = {
  userId: string;
  event: NoticeEvent;
  subject: string;
  paragraphs: string[];
  button?: { words: string; path: string };
  link?: LinkOrder;
  to?: string;
  /**
   * Many people are told of it at once: its mail comes within the hour, with whatever else of the kind there is by
   * then.
   */
  digest?: true;
};

/** The queue from which notices go out to their channels; its work is `lib/notifications/deliver.ts`. */
export const noticeQueue = { name: "notice" };

/**
 * A notice on its way. Its id lets every channel, and whoever is told, drop a repeat. One of many says of which account
 * they are, which takes turns with others at them.
 */
export type QueuedNotice = Notice & { id: string; accountId?: string };

/** Queues a notice in the transaction that causes it. Its id lets every channel drop a repeat. */
export const queueNotice = (tx: Db, notice: Notice, id: string = randomUUID()) =>
  enqueue<QueuedNotice>(tx, noticeQueue, { ...notice, id });

/** The same for many people; each is told of it as of a notice of their own. */
export type QueuedForMany = Omit<QueuedNotice, "id" | "userId"> & { people: Pick<QueuedNotice, "id" | "userId">[] };

/** People of one job: it is read and written whole. */
const atOnce = 200;

/**
 * Queues the same notice for many people, of whom there may be thousands: what causes it waits for none of them. It is
 * in their inboxes at once; their mails are digests, so that not all of them go out in one moment.
 */
export async function queueNotices(tx: Db, userIds: string[], notice: Omit<Notice, "userId" | "to">): Promise<void> {
  for (let first = 0; first < userIds.length; first += atOnce) {
    const people = userIds.slice(first, first + atOnce).map((userId) => ({ userId, id: randomUUID() }));
    const accountId = await accountOf(tx, String(userIds[first]));
    await enqueue<QueuedForMany>(tx, noticeQueue, { ...notice, digest: true, accountId, people });
  }
}

async function accountOf(tx: Db, userId: string): Promise<string | undefined> {
  const [user] = await tx.select({ accountId: users.accountId }).from(users).where(eq(users.id, userId));
  return user?.accountId;
}
