import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { notificationChoices } from "#db/schema/notifications.ts";
import type { NoticeEvent } from "#lib/core/notice.ts";
import { type Channel, channels, eventNames, events, isAlwaysSent, isNever } from "./events.ts";

/** One place of the matrix of events and channels: `token_expiry:mail`. */
export type Slot = `${NoticeEvent}:${Channel}`;

/** Every place there is. */
export const slots: Slot[] = eventNames.flatMap((event) =>
  channels.filter((channel) => !isNever(event, channel)).map((channel) => slotOf(event, channel)),
);

/** Names a place of the matrix. */
export function slotOf(event: NoticeEvent, channel: Channel): Slot {
  return `${event}:${channel}`;
}

/** Where a person is told of what: their choices over each event's defaults; what is locked stays on. */
export async function wantedBy(db: Db, userId: string): Promise<Set<Slot>> {
  const rows = await db.select().from(notificationChoices).where(eq(notificationChoices.userId, userId));
  const chosen = new Map(rows.map(({ event, channel, wanted }) => [`${event}:${channel}`, wanted]));
  return new Set(slots.filter((slot) => isAlwaysSent(...split(slot)) || (chosen.get(slot) ?? isUsual(slot))));
}

/** Keeps what differs from the defaults, so that a better default reaches everyone who never chose. */
export async function choose(tx: Db, userId: string, wanted: Set<Slot>): Promise<void> {
  const differing = slots.filter((slot) => !isAlwaysSent(...split(slot)) && wanted.has(slot) !== isUsual(slot));
  await tx.delete(notificationChoices).where(eq(notificationChoices.userId, userId));
  const rows = differing.map((slot) => {
    const [event, channel] = split(slot);
    return { userId, event, channel, wanted: wanted.has(slot) };
  });
  if (rows.length) await tx.insert(notificationChoices).values(rows).onConflictDoNothing();
}

const split = (slot: Slot) => slot.split(":") as [NoticeEvent, Channel];

function isUsual(slot: Slot): boolean {
  const [event, channel] = split(slot);
  return events[event].defaults[channel];
}
