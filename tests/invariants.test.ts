import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("docs/invariants.md", "utf8");

/** Each invariant of the page: its number, and what is said of it. */
const stated = new Map(
  page
    .split(/^- (?=\*\*I-)/m)
    .slice(1)
    .map((text) => [text.slice(2, 6), text]),
);
const testsIn = (text: string) => [...text.matchAll(/`([^`]+\.test\.tsx?)`/g)].map(([, file]) => String(file));

const sources = globSync("{app,components,db,lib,scripts,tests,e2e}/**/*.{ts,tsx,mjs}", {
  exclude: (path) => path.includes("node_modules"),
});

test("every invariant that the code cites stands in docs/invariants.md", () => {
  const cited = sources.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bI-\d\d\b/g)].map(([id]) => ({ file, id })),
  );
  expect(cited.length).toBeGreaterThan(50);
  expect(cited.filter(({ id }) => !stated.has(id))).toEqual([]);
});

test("every invariant names the tests that hold it, and each of them exists", () => {
  expect([...stated].filter(([, text]) => !testsIn(text).length).map(([id]) => id)).toEqual([]);
  expect(testsIn(page).filter((file) => !existsSync(file))).toEqual([]);
});
