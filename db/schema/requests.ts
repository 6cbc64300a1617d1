/** What requests leave behind: answers kept for a repeated `Idempotency-Key`, and rate limits. */
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid, varchar } from "drizzle-orm/pg-core";
import { bytes, createdAt } from "./columns.ts";

/** Answers kept for 24 hours under the caller's `Idempotency-Key`, without the secrets shown once. */
export const idempotentAnswers = pgTable(
  "idempotent_answers",
  {
    actorId: uuid("actor_id").notNull(),
    key: varchar("key", { length: 128 }).notNull(),
    operation: text("operation").notNull(),
    request: bytes("request").notNull(),
    answer: jsonb("answer").$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (answer) => [
    primaryKey({ columns: [answer.actorId, answer.key] }),
    index("idempotent_answers_by_age").on(answer.createdAt),
  ],
);

/** Budgets spent, shared by all replicas; columns as rate-limiter-flexible wants them. */
export const budgets = pgTable("budgets", {
  key: varchar("key", { length: 255 }).primaryKey(),
  points: integer("points").notNull().default(0),
  expire: bigint("expire", { mode: "number" }),
});
