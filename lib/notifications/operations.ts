import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { notifications } from "#db/schema/notifications.ts";
import type { Actor } from "#lib/core/actor.ts";
import { notFound } from "#lib/core/errors.ts";
import { instant, page, pageQuery, uuid, wire } from "#lib/core/fields.ts";
import { keysetPage } from "#lib/core/list.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { eventNames } from "./events.ts";

const wireNotification = z.object({
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
const unread = z.int().meta({ description: `How many are unread; ${maxPageSize} stands for that many or more` });

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

const mine = ({ id }: Actor) => eq(notifications.userId, id);

async function countUnread(tx: Db, actor: Actor): Promise<number> {
  const some = tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(mine(actor), isNull(notifications.readAt)))
    .limit(maxPageSize)
    .as("some");
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
  return row?.count ?? 0;
}

const present = ({ notification }: { notification: typeof notifications.$inferSelect }) => ({
  ...notification,
  createdAt: wire(notification.createdAt),
  readAt: wire(notification.readAt),
});

/** Forgets what is older than the audit log remembers. */
export const forgetNotifications = (tx: Db) =>
  tx.delete(notifications).where(sql`${notifications.createdAt} < now() - interval '400 days'`);
