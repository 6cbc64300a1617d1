import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayOrInstantInput, instantInput } from "./instants.ts";

const refusalOf = (text: string) => instantInput.safeParse(text).error?.issues.map(({ message }) => message);

test.each([
  ["2030-01-31T12:00:00Z", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00:00.5Z", "2030-01-31T12:00:00.500Z"],
  ["2030-01-31T12:00:00.123456789Z", "2030-01-31T12:00:00.123Z"],
  ["2030-01-31T12:00:00+00:00", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00:00-00:00", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T13:00:00+01:00", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T01:15:00+13:45", "2030-01-30T11:30:00.000Z"],
  ["2029-12-31T23:30:00-09:30", "2030-01-01T09:00:00.000Z"],
  ["2030-01-31t12:00:00z", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31 12:00:00Z", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00Z", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00+02:00", "2030-01-31T10:00:00.000Z"],
  ["  2030-01-31T12:00:00Z\n", "2030-01-31T12:00:00.000Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
])("%s is taken, and read in UTC", (sent, read) => {
  expect(instantInput.parse(sent)).toBe(read);
});

test("a leap second is the first second of the next day", () => {
  expect(instantInput.parse("2016-12-31T23:59:60Z")).toBe("2017-01-01T00:00:00.000Z");
  expect(instantInput.parse("2016-12-31T23:59:60.25Z")).toBe("2017-01-01T00:00:00.250Z");
  expect(instantInput.parse("1990-12-31T15:59:60-08:00")).toBe("1991-01-01T00:00:00.000Z");
  expect(refusalOf("2016-12-31T22:59:60Z")).toEqual(["There is no such day or time of day."]);
  expect(refusalOf("2016-12-31T23:59:60+01:00")).toEqual(["There is no such day or time of day."]);
});

test("whatever instant is written at whatever offset is the same instant", () => {
  const moments = fc.date({ min: new Date("0002-01-01"), max: new Date("9998-12-31"), noInvalidDate: true });
  const offsets = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });
  const two = (part: number) => String(part).padStart(2, "0");
  fc.assert(
    fc.property(moments, offsets, (moment, offset) => {
      const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const ahead = Math.abs(offset);
      const sent = `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
      expect(instantInput.parse(sent)).toBe(moment.toISOString());
    }),
  );
});

describe("what is no instant is told apart in words of our own", () => {
  test.each([
    ["tomorrow", "Write an instant like"],
    ["", "Write an instant like"],
    ["2030-01-31", "Write an instant like"],
    ["1893456000", "Write an instant like"],
    ["2030-1-31T12:00:00Z", "Write an instant like"],
    ["2030-01-31T12:00:00+0100", "Write an instant like"],
    ["2030-01-31T12:00:00.Z", "Write an instant like"],
    ["20300131T120000Z", "Write an instant like"],
    ["2030-01-31T12:00:00", "Add the offset from UTC"],
    ["2030-01-31T12:00:00 01:00", "Write the + of the offset as %2B"],
    ["2030-02-30T12:00:00Z", "There is no such day"],
    ["2029-02-29T12:00:00Z", "There is no such day"],
    ["2030-01-31T24:00:00Z", "There is no such day"],
    ["2030-01-31T12:60:00Z", "There is no such day"],
    ["2030-01-31T12:00:61Z", "There is no such day"],
    ["2030-01-31T12:00:00+24:00", "There is no such day"],
    ["2030-01-31T12:00:00+01:60", "There is no such day"],
    ["0000-01-01T00:00:00Z", "Choose an instant in the years 1 to 9999"],
    ["0001-01-01T00:00:00+00:01", "Choose an instant in the years 1 to 9999"],
    ["9999-12-31T23:59:59-00:01", "Choose an instant in the years 1 to 9999"],
  ])("%s", (sent, said) => {
    expect(refusalOf(sent)).toEqual([expect.stringContaining(said)]);
  });
});

test("a day is a day, and an instant is read in UTC", () => {
  expect(dayOrInstantInput.parse("2030-01-31")).toBe("2030-01-31");
  expect(dayOrInstantInput.parse("2030-01-31T13:00:00+01:00")).toBe("2030-01-31T12:00:00.000Z");
  for (const none of ["2030-02-30", "0000-01-01", "31.01.2030"])
    expect(dayOrInstantInput.safeParse(none).success, none).toBe(false);
});
