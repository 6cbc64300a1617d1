import { and, isNull } from "drizzle-orm";
import { z } from "zod";
import { notifications } from "#db/schema/notifications.ts";
import { page, pageQuery, wire } from "#lib/core/fields.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { countUnread, mine, unread, wireNotification } from "./inbox.ts";

/** The own inbox, newest first. */
export const listNotifications = defineOperation({
  name: "notifications.list",
  summary: "List what you were told of, newest first",
  route: "GET /me/notifications",
  allow: "signed-in",
  input: z.strictObject({
    state: z.enum(["all", "unread"]).default("all").meta({ description: "Everything, or only what is unread" }),
    ...pageQuery,
  }),
  output: page(wireNotification).extend({ unread }),

  async run({ actor, tx }, { state, limit, cursor }) {
    const by = [notifications.createdAt, notifications.id];
    const paging = keysetPage(["notifications", actor.id, state], { limit, cursor }, by, true);
    const rows = await tx
      .select({ notification: notifications, position: paging.position })
      .from(notifications)
      .where(and(mine(actor), state === "unread" ? isNull(notifications.readAt) : undefined, paging.after))
      .orderBy(paging.order)
      .limit(paging.atMost);
    return { ...paging.answer(rows, present), unread: await countUnread(tx, actor) };
  },
});

/** How many are unread: for the mark in the navigation. */
export const countNotifications = defineOperation({
  name: "notifications.count",
  summary: "Count what you have not read yet",
  route: "GET /me/notifications/unread",
  allow: "signed-in",
  input: z.strictObject({}),
  output: z.object({ unread }),

  run: async ({ actor, tx }) => ({ unread: await countUnread(tx, actor) }),
});

const present = ({ notification }: { notification: typeof notifications.$inferSelect }) => ({
  ...notification,
  createdAt: wire(notification.createdAt),
  readAt: wire(notification.readAt),
});
