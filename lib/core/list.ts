import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import { readCursor, writeCursor } from "./cursor.ts";

type PageQuery = { limit: number; cursor?: string | undefined };

/**
 * A page of a list that sorts its rows itself. `list` names the list with its owner and filters: a cursor is good for
 * that list alone. Refuses `invalid_cursor`.
 */
export function openPage(list: unknown[], { limit, cursor }: PageQuery) {
  const name = JSON.stringify(list.map((part) => (part === undefined ? "" : part)));
  return {
    /** The position of the last row of the page before; absent on the first page. */
    after: readCursor(name, cursor),
    /** How many rows to read: one more than are shown, which says that there is a next page. */
    atMost: limit + 1,
    /** The page as it is answered, from at most `atMost` rows in order. */
    answer<Row, Item>(rows: Row[], positionOf: (row: Row) => (string | null)[], toItem: (row: Row) => Item) {
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { items: shown.map(toItem), nextCursor: last ? writeCursor(name, positionOf(last)) : null };
    },
  };
}

/**
 * A page of a list by keyset: as quick among a million rows as among ten. `by` are the keys that the list is sorted by,
 * unique together. Select `position`, filter by `after`, order by `order`, limit to `atMost`, and return `answer`.
 */
export function keysetPage(list: unknown[], query: PageQuery, by: (SQL | AnyColumn)[], isDescending = false) {
  const { after, atMost, answer } = openPage(list, query);
  const commas = (parts: SQL[]) => sql.join(parts, sql`, `);
  const keys = by.map((key) => sql`${key}`);
  const than = sql.raw(isDescending ? "<" : ">");
  return {
    position: sql<(string | null)[]>`array[${commas(keys.map((key) => sql`${key}::text`))}]`,
    after: after && sql`(${commas(keys)}) ${than} (${commas(after.map((value) => sql`${value}`))})`,
    order: commas(keys.map((key) => (isDescending ? sql`${key} desc` : key))),
    atMost,
    answer: <Row extends { position: (string | null)[] }, Item>(rows: Row[], toItem: (row: Row) => Item) =>
      answer(rows, ({ position }) => position, toItem),
  };
}
