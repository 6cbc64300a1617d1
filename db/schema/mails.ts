/** What is kept of mails that were sent, so that nobody is flooded with them. */
import { sql } from "drizzle-orm";
import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";
import { users } from "./tables.ts";

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
    mailedAt: instant("mailed_at"),
    count: integer("count").notNull().default(0),
    latest: jsonb("latest").$type<FoldedNotice[]>().notNull().default(sql`'[]'`),
    dueAt: instant("due_at"),
  },
  (fold) => [primaryKey({ columns: [fold.userId, fold.kind] })],
);
