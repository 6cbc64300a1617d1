import { expect, test } from "vitest";
import { dayOf, fromForm } from "./form.ts";

test("an end is moved to the end of its day only when it is another day", () => {
  const formerEnd = "2031-05-01T12:00:00.000Z";
  const endOf = (expiresAt: string, formerEnd = "") => fromForm({ expiresAt, formerEnd });
  expect(endOf(dayOf(formerEnd), formerEnd)).toEqual({ expiresAt: formerEnd });
  expect(endOf("2031-05-02", formerEnd)).toEqual({ expiresAt: "2031-05-02T23:59:59.000Z" });
  expect(endOf("2031-05-01")).toEqual({ expiresAt: "2031-05-01T23:59:59.000Z" });
  expect(endOf("", formerEnd)).toEqual({ expiresAt: null });
  expect(endOf("")).toEqual({ expiresAt: null });
});
