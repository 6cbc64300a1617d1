import { expect, test } from "vitest";
import { isZone } from "./zones.ts";

test.each(["Europe/Berlin", "UTC", "Etc/UTC", "US/Pacific", "Asia/Kolkata", "America/Argentina/Buenos_Aires"])(
  "%s is a time zone",
  (zone) => expect(isZone(zone)).toBe(true),
);

test.each(["Europe/Bielefeld", "europe/berlin", "Berlin", "posixrules", "Foo3", ""])("%s is none", (zone) =>
  expect(isZone(zone)).toBe(false),
);
