import { eq } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { notificationChoices } from "#db/schema/tables.ts";
import type { NoticeEvent } from "#lib/core/notice.ts";
import { type Channel, channels, eventNames, events, isLocked, isNever } from "./events.ts";

/** One place of the matrix of events and channels: `token_expiry:mail`. */
export type Place = `${NoticeEvent}:${Channel}`;

/** Every place there is. */
export const places: Place[] = eventNames.flatMap((event) =>
  channels.filter((channel) => !isNever(event, channel)).map((channel) => placeOf(event, channel)),
);

/** Names a place of the matrix. */
export function placeOf(event: NoticeEvent, channel: Channel): Place {
  return `${event}:${channel}`;
}

/** Where a person is told of what: their choices over each event's defaults; what is locked stays on. */
export async function wantedBy(db: Db, userId: string): Promise<Set<Place>> {
  const rows = await db.select().from(notificationChoices).where(eq(notificationChoices.userId, userId));
  const chosen = new Map(rows.map(({ event, channel, wanted }) => [`${event}:${channel}`, wanted]));
  return new Set(places.filter((place) => isLocked(...split(place)) || (chosen.get(place) ?? isUsual(place))));
}

/** Keeps what differs from the defaults, so that a better default reaches everyone who never chose. */
export async function choose(tx: Db, userId: string, wanted: Set<Place>): Promise<void> {
  const differing = places.filter((place) => !isLocked(...split(place)) && wanted.has(place) !== isUsual(place));
  await tx.delete(notificationChoices).where(eq(notificationChoices.userId, userId));
  const rows = differing.map((place) => {
    const [event, channel] = split(place);
    return { userId, event, channel, wanted: wanted.has(place) };
  });
  if (rows.length) await tx.insert(notificationChoices).values(rows).onConflictDoNothing();
}

const split = (place: Place) => place.split(":") as [NoticeEvent, Channel];

function isUsual(place: Place): boolean {
  const [event, channel] = split(place);
  return events[event].defaults[channel];
}
