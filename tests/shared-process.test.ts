import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(file, "utf8");
const isTest = (file: string) => file.endsWith(".test.ts");
const files = globSync(["{app,components,db,lib,scripts}/**/*.ts", "tests/*.ts", "tests/!(attacks|clients)/**/*.ts"]);

/** Modules other than test files that describe tests, or what happens around them, as they load. */
const describing = files
  .filter((file) => !isTest(file))
  .filter((file) => /^(describe|test|it|(before|after)(All|Each))\b/m.test(read(file)));

function importsOf(file: string): string[] {
  const specifiers = [...read(file).matchAll(/^(?:import|.*\bfrom) "([#.][^"]*)";$/gm)].map(([, name]) => String(name));
  return specifiers.map((name) => (name.startsWith("#") ? name.slice(1) : join(dirname(file), name)));
}

test("what describes tests as it loads is loaded by one test file: others in its process would go without", () => {
  const loading = files.flatMap((file) => importsOf(file).map((imported) => ({ file, imported })));
  const loadedBy = (file: string) => loading.filter(({ imported }) => imported === file).map((by) => by.file);
  expect(describing.length).toBeGreaterThan(0);
  expect(describing.filter((file) => loadedBy(file).filter(isTest).length !== 1)).toEqual([]);
  expect(describing.flatMap(loadedBy).filter((file) => !isTest(file))).toEqual([]);
});
