/** What users are told, how they wish to be told, and what they have been told already. */
import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { bytes, createdAt, tenantPolicyByUser, timestamptz } from "./columns.ts";
import { tokens } from "./tokens.ts";
import { userIdColumn, users } from "./users.ts";

/** Something a person was told of in the portal. */
export const notifications = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey(),
    userId: userIdColumn(),
    event: text("event").notNull(),
    subject: text("subject").notNull(),
    paragraphs: text("paragraphs").array().notNull(),
    path: text("path"),
    createdAt: createdAt(),
    readAt: timestamptz("read_at"),
  },
  (notification) => [
    tenantPolicyByUser("notifications", notification.userId),
    index("notifications_by_user").on(notification.userId, notification.createdAt, notification.id),
    index("notifications_unread").on(notification.userId).where(sql`${notification.readAt} is null`),
  ],
);

/** Where a person wants to be told of an event, or not; without a row the event's own default holds. */
export const notificationChoices = pgTable(
  "notification_choices",
  {
    userId: userIdColumn(),
    event: text("event").notNull(),
    channel: text("channel", { enum: ["mail", "inbox", "webhook"] }).notNull(),
    wanted: boolean("wanted").notNull(),
  },
  (choice) => [
    tenantPolicyByUser("notification_choices", choice.userId),
    primaryKey({ columns: [choice.userId, choice.event, choice.channel] }),
  ],
);

/** A reminder that was given, so that it is given once: which token, and how many days before its end. */
export const reminders = pgTable(
  "reminders",
  {
    tokenId: uuid("token_id")
      .notNull()
      .references(() => tokens.id, { onDelete: "cascade" }),
    days: integer("days").notNull(),
    sentAt: timestamptz("sent_at").notNull().defaultNow(),
  },
  (reminder) => [primaryKey({ columns: [reminder.tokenId, reminder.days] })],
);

/**
 * Mails of the last hour to addresses that nobody has proven: by which account each was caused, and when. `address` is
 * the SHA-256 of the address in one spelling. It knows no person: who was made, mailed and deleted again counts on.
 */
export const unprovenMails = pgTable("unproven_mails", {
  address: bytes("address").primaryKey(),
  accounts: text("accounts").array().notNull(),
  sentAt: timestamp("sent_at", { withTimezone: true }).array().notNull(),
});

/** What a person was told of and not yet mailed, because much the same was mailed to them just before. */
export type FoldedNotice = {
  id: string;
  subject: string;
  paragraphs: string[];
  button?: { words: string; path: string };
};

/**
 * Notices of one kind to one person: mailed last at `mailedAt` (by the notice `firstId`), `count` more since then, of
 * which `latest` are the last few. They go in one mail at `dueAt`.
 */
export const noticeFolds = pgTable(
  "notice_folds",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: text("kind").notNull(),
    firstId: uuid("first_id"),
    mailedAt: timestamptz("mailed_at"),
    count: integer("count").notNull().default(0),
    latest: jsonb("latest").$type<FoldedNotice[]>().notNull().default(sql`'[]'`),
    dueAt: timestamptz("due_at"),
  },
  (fold) => [primaryKey({ columns: [fold.userId, fold.kind] })],
);
