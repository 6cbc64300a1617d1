import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = globSync("{app,components,db,lib}/**/*.{ts,tsx}").filter((file) => !/\.test\.tsx?$/.test(file));
const exporting = /^export (?:async )?(?:const|let|function\*?|class|type|interface) (\w+)/gm;

/** The files that define a name and that others may import from, by name. */
const definitions = new Map<string, string[]>();
for (const file of files.filter(isForAll))
  for (const name of namesIn(readFileSync(file, "utf8")))
    definitions.set(name, [...(definitions.get(name) ?? []), file]);

function namesIn(text: string): string[] {
  const taken = [...text.matchAll(/^export const \{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.match(/\w+(?=\s*(,|$))/g),
  );
  return [...text.matchAll(exporting)].map(([, name = ""]) => name).concat(taken.map(String));
}

/**
 * A part of a page is named by what it is on that page, and no other page imports it; a form's action has the name of
 * the operation that it runs.
 */
function isForAll(file: string) {
  return !file.startsWith("app/") && !/[-/]actions\.ts$/.test(file);
}

test("an exported name has one meaning", () => {
  expect(definitions.size).toBeGreaterThan(1000);
  const repeated = [...definitions].filter(([, places]) => places.length > 1);
  expect(Object.fromEntries(repeated)).toEqual({});
});
