import { expect, test } from "vitest";
import { mostRows, readCsv } from "./csv-file.ts";

test("columns are known by what people call them, whatever parts them, and empty cells are left out", () => {
  const text =
    '\uFEFFFull name;E-Mail;Roles;Phone;Group\r\n"Okafor; Ada";ada@example.org; Member;;Desk\r\n\r\nBen Berg;ben@example.org;;+44 20 7946 0000\r\n';
  expect(readCsv(text)).toEqual({
    rows: [
      { line: 2, values: { fullName: "Okafor; Ada", email: "ada@example.org", roles: "Member", groups: "Desk" } },
      { line: 3, values: { fullName: "Ben Berg", email: "ben@example.org", phone: "+44 20 7946 0000" } },
    ],
    unknown: [],
  });
});

test("a column that means nothing is named and left out", () => {
  expect(readCsv("name,email,shoe size\nAda,ada@example.org,38")).toEqual({
    rows: [{ line: 2, values: { fullName: "Ada", email: "ada@example.org" } }],
    unknown: ["shoe size"],
  });
});

test.each([
  ["Ada,ada@example.org", /first line must name the columns/],
  ["fullName,email\n", /nobody in this file/],
  ['fullName,email\n"Ada,ada@example.org', /quotation mark is missing/],
  [`fullName,email\n${"a,b\n".repeat(mostRows + 1)}`, /Split it: 5000 at most/],
])("%.20s… is refused with the reason", (text, reason) => {
  const read = readCsv(text);
  expect("trouble" in read && read.trouble).toMatch(reason);
});

test("headings cannot reach what every object has", () => {
  const read = readCsv("fullName,email,__proto__,constructor\nAda,ada@example.org,x,y");
  expect("rows" in read && read.rows[0]?.values).toEqual({ fullName: "Ada", email: "ada@example.org" });
});
