import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import { users } from "#db/schema/users.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";
import { choose, type Slot, slotOf, slots, wantedBy } from "./choices.ts";
import { channels, eventNames, events, isAlwaysSent } from "./events.ts";

const slot = z.enum(slots as [Slot, ...Slot[]]);

const onChannel = z.object({ wanted: z.boolean(), locked: z.boolean() });

const settings = z.object({
  events: z.array(
    z.object({
      event: z.enum(eventNames),
      title: z.string(),
      sentence: z.string(),
      locked: z
        .string()
        .nullable()
        .meta({ description: "Why mail and inbox cannot be switched off; null when they can" }),
      mail: onChannel,
      inbox: onChannel,
      webhook: onChannel,
    }),
  ),
  wanted: z.array(slot).meta({ description: "All that is on, as PUT takes it", example: ["token_expiry:mail"] }),
  webhookUrl: z.string().nullable().meta({ description: "Where your webhook goes; null without one" }),
});

/** What a person is told of, and where. */
export type NotificationSettings = z.output<typeof settings>;

/** The own matrix of events and channels. */
export const getNotificationSettings = defineOperation({
  name: "notification_settings.get",
  summary: "Read what you are told of, and where",
  route: "GET /me/notification-settings",
  allow: "signed-in",
  input: z.strictObject({}),
  output: settings,

  run: ({ actor, tx }) => readSettings(tx, actor.id),
});

/** Sets the whole matrix: what is listed is on, all else off. What is locked stays on, listed or not. */
export const putNotificationSettings = defineOperation({
  name: "notification_settings.put",
  summary: "Choose what you are told of, and where",
  route: "PUT /me/notification-settings",
  allow: "signed-in",
  stepUp: "aims_session",
  whileImpersonating: "refused",
  input: z
    .strictObject({
      wanted: z
        .array(slot)
        .max(slots.length)
        .meta({ description: "Each event and channel that is on, as `event:channel`; all others are switched off" }),
    })
    .meta({ examples: [{ wanted: ["token_expiry:mail", "token_expiry:inbox"] }] }),
  output: settings,
  audit: ({ actor, output }) => ({ target: actor.id, details: { wanted: output.wanted } }),

  async run({ actor, tx }, { wanted }) {
    await tx.select({ id: users.id }).from(users).where(eq(users.id, actor.id)).for("no key update");
    const before = await wantedBy(tx, actor.id);
    await choose(tx, actor.id, new Set(wanted));
    const after = await readSettings(tx, actor.id);
    return isDeepStrictEqual(after.wanted, [...before]) ? unchanged(after) : after;
  },
});

async function readSettings(tx: Db, userId: string) {
  const wanted = await wantedBy(tx, userId);
  const [person] = await tx.select({ url: users.webhookUrl }).from(users).where(eq(users.id, userId));
  return {
    events: eventNames.map((event) => ({ event, ...describeEvent(event), ...onChannels(event, wanted) })),
    wanted: [...wanted],
    webhookUrl: person?.url ?? null,
  };
}

type EventName = (typeof eventNames)[number];
type OnChannels = Record<(typeof channels)[number], z.input<typeof onChannel>>;

function describeEvent(event: EventName) {
  const { title, sentence, locked } = events[event];
  return { title, sentence, locked };
}

const onChannels = (event: EventName, wanted: Set<Slot>) =>
  Object.fromEntries(
    channels.map((channel) => [
      channel,
      { wanted: wanted.has(slotOf(event, channel)), locked: isAlwaysSent(event, channel) },
    ]),
  ) as OnChannels;
