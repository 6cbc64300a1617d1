import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { notifications } from "#db/schema/notifications.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { countUnread, mine, unread } from "./inbox.ts";

/** Marks one as read; it stays in the list. Once read it stays read. */
export const readNotification = defineOperation({
  name: "notifications.read",
  summary: "Mark one of your notifications as read",
  route: "POST /me/notifications/{id}/read",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  input: z.strictObject({ id: uuid().meta({ description: "The notification's id" }) }),
  output: z.object({ unread }),
  audit: ({ input }) => ({ target: input.id }),

  async run({ actor, tx }, { id }) {
    const one = and(eq(notifications.id, id), mine(actor));
    const [found] = await tx.select({ id: notifications.id }).from(notifications).where(one);
    if (!found) throw notFound("notification");
    return markRead(tx, actor, one);
  },
});

/** Marks everything as read that is there by now. */
export const readAllNotifications = defineOperation({
  name: "notifications.read_all",
  summary: "Mark all your notifications as read",
  route: "POST /me/notifications/read",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  idempotencyKey: true,
  input: z.strictObject({}),
  output: z.object({ unread }),
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    return markRead(tx, actor, mine(actor));
  },
});

async function markRead(tx: Db, actor: Actor, some: SQL | undefined) {
  const read = await tx
    .update(notifications)
    .set({ readAt: sql`now()` })
    .where(and(some, isNull(notifications.readAt)))
    .returning({ id: notifications.id });
  const output = { unread: await countUnread(tx, actor) };
  return read.length ? output : unchanged(output);
}
