import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const files = globSync("{app,components,db,lib}/**/*.{ts,tsx}")
  .concat("server.ts")
  .filter((file) => !isTest(file));
const text = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

// From the bottom up; a file may import from its own layer and those below.
const layers: [string, RegExp][] = [
  ["env", /^lib\/env\.ts$/],
  ["db", /^db\//],
  ["core", /^lib\/core\//],
  ["nouns", /^lib\/(?!operations\.ts|http\/|compat\/)/],
  ["operations", /^lib\/operations\.ts$/],
  ["doors", /^lib\/(http|compat)\//],
  ["components", /^components\//],
  ["app and server", /^(app\/|server\.ts)/],
];
const layerOf = (file: string) => layers.findIndex(([, pattern]) => pattern.test(file));

const importing = /(?:^|[\s;}])(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;
const specifiersIn = (file: string) =>
  [...(text.get(file) ?? "").matchAll(importing)].map((match) => match[1] ?? match[2] ?? "");

function target(from: string, specifier: string) {
  const path = specifier.startsWith("#") ? specifier.slice(1) : join(dirname(from), specifier);
  const candidates = ["", ".ts", ".tsx"].map((end) => normalize(path + end));
  return candidates.find((candidate) => /\.tsx?$/.test(candidate) && existsSync(candidate));
}

const own = (specifier: string) => /^[#.]/.test(specifier);
const graph = new Map(
  files.map((file) => [
    file,
    specifiersIn(file)
      .filter(own)
      .flatMap((specifier) => target(file, specifier) ?? []),
  ]),
);

function findCycle(from: string, path: string[] = [], done = new Set<string>()): string[] | undefined {
  if (path.includes(from)) return [...path.slice(path.indexOf(from)), from];
  if (done.has(from)) return undefined;
  done.add(from);
  for (const next of graph.get(from) ?? []) {
    const cycle = findCycle(next, [...path, from], done);
    if (cycle) return cycle;
  }
  return undefined;
}

test("imports are found at all", () => {
  expect(graph.get("server.ts")).toContain("lib/env.ts");
});

test("imports run one way: app, server, doors, operations, nouns, core, db, env", () => {
  const upward = [...graph].flatMap(([file, targets]) =>
    targets.filter((to) => layerOf(to) > layerOf(file)).map((to) => `${file} must not import ${to}`),
  );
  expect(upward).toEqual([]);
});

test("no file imports itself over others", () => {
  const done = new Set<string>();
  expect(files.map((file) => findCycle(file, [], done)).filter(Boolean)).toEqual([]);
});

test("only lib/http/auth.ts knows next-auth", () => {
  const knowing = files.filter((file) => specifiersIn(file).some((name) => /^(next-auth|@auth)(\/|$)/.test(name)));
  expect(knowing.filter((file) => file !== "lib/http/auth.ts")).toEqual([]);
});

test("only lib/env.ts reads the environment", () => {
  const reading = files.filter((file) => /process\.env\b/.test(text.get(file) ?? ""));
  expect(reading).toEqual(["lib/env.ts"]);
});

/** What files bring that are loaded with them: neither types alone, nor what is fetched later or called on the server. */
const atOnce = /(?:^|[\s;}])(?:import|export)\s(?!type\b)(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"/g;
const isMeantFor = (side: "client" | "server", file: string) => text.get(file)?.startsWith(`"use ${side}"`) ?? false;

/** The way from a file to the package, over what is loaded with it; undefined where there is none. */
function wayTo(name: string, file: string, passed: string[] = []): string[] | undefined {
  if (passed.includes(file) || (passed.length && isMeantFor("server", file))) return undefined;
  for (const [, specifier = ""] of (text.get(file) ?? "").matchAll(atOnce)) {
    if (specifier === name) return [...passed, file];
    const next = own(specifier) ? target(file, specifier) : undefined;
    const way = next && wayTo(name, next, [...passed, file]);
    if (way) return way;
  }
  return undefined;
}

test("what runs in browsers does not bring zod along, which weighs as much as a whole page may", () => {
  const inBrowsers = files.filter((file) => isMeantFor("client", file));
  expect(inBrowsers.length).toBeGreaterThan(40);
  expect(inBrowsers.flatMap((file) => wayTo("zod", file)?.join(" → ") ?? [])).toEqual([]);
});

test("React Query, a third of what a page may weigh, comes with nothing but what keeps the list of tokens up to date", () => {
  const inBrowsers = files.filter((file) => isMeantFor("client", file));
  const bringing = inBrowsers.filter((file) => wayTo("@tanstack/react-query", file));
  expect(bringing).toEqual(["app/(portal)/tokens/live-tokens.tsx"]);
});

test("what is done on other rows is done with the tx that is given for it", () => {
  const ignoring = /\b(beyond|within|readWithin)\([^()]*(\([^()]*\)[^()]*)*,\s*(async )?\(\) =>/;
  expect(files.filter((file) => ignoring.test(text.get(file) ?? ""))).toEqual([]);
});
