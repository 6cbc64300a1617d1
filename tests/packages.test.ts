import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const lockFile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() }).loose()) });
const lockedIn = (file: string) => lockFile.parse(JSON.parse(readFileSync(file, "utf8"))).packages;
const packages = lockedIn("package-lock.json");
const lockFiles = ["package-lock.json", "tests/clients/package-lock.json"];

test.each(lockFiles)("%s names no download addresses, so that any registry will do", (file) => {
  const addressed = Object.entries(lockedIn(file)).filter(([, entry]) => "resolved" in entry);
  expect(addressed.map(([path]) => path)).toEqual([]);
});

test.each(lockFiles)("every package in %s comes from a registry", (file) => {
  const foreign = Object.entries(lockedIn(file)).filter(([path, entry]) => path && !("integrity" in entry));
  expect(foreign.map(([path]) => path)).toEqual([]);
});

// The first versions without the holes that were known when this was written.
const floors = {
  next: "16.2.11",
  react: "19.2.6",
  "react-dom": "19.2.6",
  "next-auth": "5.0.0-beta.32",
  "drizzle-orm": "0.45.2",
  // Mail to another domain than was checked (CWE-436), and commands to the mail server by way of line breaks.
  nodemailer: "10.6.1",
};

test.each(Object.entries(floors))("%s is %s or newer, wherever it stands", (name, floor) => {
  const versions = Object.entries(packages)
    .filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
    .map(([, { version = "none" }]) => version);
  expect(versions).not.toEqual([]);
  for (const version of versions) expect([version, floor].sort(byVersion)).toEqual([floor, version]);
});

function byVersion(one: string, other: string) {
  return one.localeCompare(other, "en", { numeric: true });
}
