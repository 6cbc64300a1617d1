import { afterEach, expect, test, vi } from "vitest";
import { readCursor, writeCursor } from "./cursor.ts";

afterEach(() => void vi.useRealTimers());

test("a cursor is good for its own list, for a day", () => {
  vi.useFakeTimers();
  const cursor = writeCursor("Ben's tokens", ["2030", null]);
  expect(readCursor("Ben's tokens", cursor)).toEqual(["2030", null]);
  expect(() => readCursor("Ada's tokens", cursor)).toThrow();
  vi.advanceTimersByTime(25 * 3600 * 1000);
  expect(() => readCursor("Ben's tokens", cursor)).toThrow();
});
