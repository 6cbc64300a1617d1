import { expect, test } from "vitest";
import { exactly, relatively } from "#components/ui/time.tsx";

const now = Date.parse("2026-11-21T12:00:00Z");
const after = (seconds: number) => relatively(new Date(now + seconds * 1000).toISOString(), now);
const day = 86_400;

test("what was made a moment ago to last 30 days ends in 30 days", () => {
  expect(after(30 * day - 20)).toBe("in 30 days");
  expect(after(365 * day - 20)).toBe("in 1 year");
});

test("times are told in the largest unit that fits", () => {
  expect(after(-5)).toBe("just now");
  expect(after(5)).toBe("in a moment");
  expect(after(-240)).toBe("4 min ago");
  expect(after(-2 * 3600)).toBe("2 hours ago");
  expect(after(-90 * day)).toBe("3 months ago");
});

test("an instant names its zone", () => {
  expect(exactly("2026-11-21T23:02:00Z", "en-GB", "UTC")).toBe("21 Nov 2026, 23:02 UTC");
});
