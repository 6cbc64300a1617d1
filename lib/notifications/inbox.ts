import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { notifications } from "#db/schema/notifications.ts";
import type { Actor } from "#lib/core/actor.ts";
import { instant } from "#lib/core/fields.ts";
import { eventNames } from "./events.ts";

export const wireNotification = z.object({
  id: z.uuid(),
  event: z.enum(eventNames).or(z.string()),
  subject: z.string(),
  paragraphs: z.array(z.string()),
  path: z.string().nullable().meta({ description: "The page of the portal it leads to" }),
  createdAt: instant,
  readAt: instant.nullable(),
});

/** Something a person was told of in the portal. */
export type Notification = z.output<typeof wireNotification>;

const maxPageSize = 100;

export const unread = z.int().meta({ description: `How many are unread; ${maxPageSize} stands for that many or more` });

export const mine = ({ id }: Actor) => eq(notifications.userId, id);

export async function countUnread(tx: Db, actor: Actor): Promise<number> {
  const some = tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(mine(actor), isNull(notifications.readAt)))
    .limit(maxPageSize)
    .as("some");
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
  return row?.count ?? 0;
}

/** Forgets what is older than the audit log remembers. */
export const forgetNotifications = (tx: Db) =>
  tx.delete(notifications).where(sql`${notifications.createdAt} < now() - interval '400 days'`);
