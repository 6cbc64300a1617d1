import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const listing = "lib/compat/apis.ts";

/** Each system, and the folders in which Next finds its addresses. */
const systems: [system: string, routes: string[]][] = [
  ["aims", ["app/aims", "app/endpoints"]],
  ["aimms", ["app/pro", "app/pro-api"]],
  ["mendix", ["app/userservice"]],
  ["ipresso", ["app/api/2"]],
  ["oauth", ["app/oauth2"]],
];

/** The product, each file by its path: tests go with what they are about. */
type Product = Map<string, string>;

const product: Product = new Map(
  globSync("{app,components,db,lib}/**/*.{ts,tsx}")
    .concat("server.ts", "instrumentation.ts")
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => [file, readFileSync(file, "utf8")]),
);

/** A copy of the product without a system: its folder, its addresses, and its line in the list. */
function copyWithout(system: string, routes: string[]): Product {
  const folders = [`lib/compat/${system}`, ...routes].map((folder) => `${folder}/`);
  const kept = [...product].filter(([file]) => !folders.some((folder) => file.startsWith(folder)));
  return new Map(kept).set(listing, listWithout(system));
}

/** The list without the import from a system's folder, and without the line that names what was imported. */
function listWithout(system: string): string {
  const lines = product.get(listing)?.split("\n") ?? [];
  const [, name] = lines.join("\n").match(new RegExp(`import \\{ (\\w+) \\} from "\\./${system}/`)) ?? [];
  return lines.filter((line) => !line.includes(`"./${system}/`) && !line.includes(`open: ${name} `)).join("\n");
}

const importing = /(?:\bfrom|\bimport|\bimport\()\s*"([#.][^"]+)"/g;

/**
 * Imports of the copy that lead to nothing, types included. All else in it is what it was, so that nothing but these
 * could keep it from compiling.
 */
const brokenIn = (copy: Product) =>
  [...copy].flatMap(([file, text]) =>
    [...text.matchAll(importing)]
      .map(([, specifier = ""]) => specifier)
      .filter((specifier) => !isThere(copy, file, specifier))
      .map((specifier) => `${file} imports ${specifier}`),
  );

function isThere(copy: Product, file: string, specifier: string): boolean {
  const path = normalize(specifier.startsWith("#") ? specifier.slice(1) : join(dirname(file), specifier));
  return !/\.tsx?$/.test(path) || copy.has(path);
}

test("imports are found, and lead somewhere while everything is there", () => {
  expect([...product.values()].flatMap((text) => [...text.matchAll(importing)]).length).toBeGreaterThan(4000);
  expect(brokenIn(product)).toEqual([]);
});

test("every system is in the list, and has a README and a folder for each of its addresses", () => {
  expect(systems.map(([system]) => system).sort()).toEqual(
    globSync("lib/compat/*/README.md")
      .map((file) => file.split("/")[2])
      .sort(),
  );
  const folders = systems.flatMap(([, routes]) => routes);
  expect(folders.filter((folder) => globSync(`${folder}/**/route.ts`).length === 0)).toEqual([]);
});

test.each(systems)("without %s what is left compiles", (system, routes) => {
  const copy = copyWithout(system, routes);
  const [before, after] = [product, copy].map((one) => one.get(listing)?.split("\n").length ?? 0);
  expect(before).toBe(Number(after) + 2);
  expect(copy.size).toBeLessThan(product.size - 2);
  expect(brokenIn(copy)).toEqual([]);
});
