import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const files = globSync("{app,components,db,lib}/**/*.{ts,tsx}")
  .concat("server.ts")
  .filter((file) => !isTest(file));
const text = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

// Each imports from those to its left, and from itself; docs/decisions/0016-order-of-areas.md says why this order.
const order =
  `env db core audit notifications access vault sign-in tokens people accounts machines credentials operations
  portal http compat components app`.split(/\s+/);

/** The area of a file; `server.ts` starts all of them, as pages use all of them. */
function areaOf(file: string): string {
  if (file === "server.ts") return "app";
  const [top = "", below = ""] = file.split("/");
  return top === "lib" ? below.replace(/\.ts$/, "") : top;
}
const rankOf = (file: string) => order.indexOf(areaOf(file));

const importing = /(?:^|[\s;}])(?:import|export)\s(type\s)?(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;
type Import = { specifier: string; isType: boolean };
const importsIn = (file: string): Import[] =>
  [...(text.get(file) ?? "").matchAll(importing)].map(([, type, one, later]) => ({
    specifier: one ?? later ?? "",
    isType: type !== undefined,
  }));
const specifiersIn = (file: string) => importsIn(file).map(({ specifier }) => specifier);

function target(from: string, specifier: string) {
  const path = specifier.startsWith("#") ? specifier.slice(1) : join(dirname(from), specifier);
  const candidates = ["", ".ts", ".tsx"].map((end) => normalize(path + end));
  return candidates.find((candidate) => /\.tsx?$/.test(candidate) && existsSync(candidate));
}

const own = (specifier: string) => /^[#.]/.test(specifier);
type Graph = Map<string, string[]>;

/** Who imports whom, types apart: those are gone before anything runs, and may point anywhere. */
const graph: Graph = new Map(
  files.map((file) => [
    file,
    importsIn(file)
      .filter(({ specifier, isType }) => own(specifier) && !isType)
      .flatMap(({ specifier }) => target(file, specifier) ?? []),
  ]),
);

function findCycle(graph: Graph, from: string, path: string[] = [], done = new Set<string>()): string[] | undefined {
  if (path.includes(from)) return [...path.slice(path.indexOf(from)), from];
  if (done.has(from)) return undefined;
  done.add(from);
  for (const next of graph.get(from) ?? []) {
    const cycle = findCycle(graph, next, [...path, from], done);
    if (cycle) return cycle;
  }
  return undefined;
}

function cyclesOf(graph: Graph): string[] {
  const done = new Set<string>();
  return [...graph.keys()].flatMap((from) => findCycle(graph, from, [], done)?.join(" → ") ?? []);
}

/** Who imports from whom, each file taken for what it belongs to; what is within the other does not count. */
function graphOf(belongsTo: (file: string) => string, isWithin = (a: string, b: string) => a === b): Graph {
  const pairs = [...graph].flatMap(([from, all]) => all.map((to) => [belongsTo(from), belongsTo(to)] as const));
  const apart = pairs.filter(([from, to]) => !isWithin(from, to) && !isWithin(to, from));
  const grouped = Map.groupBy(apart, ([from]) => from);
  return new Map([...grouped].map(([from, all]) => [from, [...new Set(all.map(([, to]) => to))]]));
}

test("imports are found at all", () => {
  expect(graph.get("server.ts")).toContain("lib/env.ts");
});

test("each file is in an area of the order, and each area has files", () => {
  expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
  expect(order.filter((area) => !files.some((file) => areaOf(file) === area))).toEqual([]);
});

test("an area imports only from those before it in the order", () => {
  const upward = [...graph].flatMap(([file, all]) =>
    all.filter((to) => rankOf(to) > rankOf(file)).map((to) => `${file} must not import ${to}`),
  );
  expect(upward).toEqual([]);
});

test("no file imports itself over others", () => {
  expect(cyclesOf(graph)).toEqual([]);
});

test("no area imports itself over others, and no folder of an area does", () => {
  expect(cyclesOf(graphOf(areaOf))).toEqual([]);
  const isInside = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
  const folders = graphOf(dirname, isInside);
  const ofAreas = [...folders].filter(([folder]) => /^(lib|db)\b/.test(folder));
  expect(cyclesOf(new Map(ofAreas))).toEqual([]);
});

test("no file stands beside a folder of its own name", () => {
  const folders = new Set(globSync("{app,components,db,lib}/**/*/"));
  expect(files.filter((file) => folders.has(file.replace(/\.tsx?$/, "")))).toEqual([]);
});

/** The folder of a first part of an address, or of a group of them: what is directly in a group is for all of it. */
function routeFolderOf(file: string): string {
  const [app = "", ...folders] = dirname(file).split("/");
  return [app, ...folders.slice(0, folders[0]?.startsWith("(") ? 2 : 1)].join("/");
}

test("no page imports from the folder of another page, not even types, only from what stands above both", () => {
  const isAbove = (upper: string, lower: string) => `${lower}/`.startsWith(`${upper}/`);
  const pages = files.filter((file) => file.startsWith("app/"));
  const pairs = pages.flatMap((file) =>
    specifiersIn(file)
      .flatMap((specifier) => (own(specifier) && target(file, specifier)) || [])
      .filter((to) => to.startsWith("app/"))
      .map((to) => [file, to] as const),
  );
  expect(pairs.length).toBeGreaterThan(300);
  const across = pairs.filter(([from, to]) => !isAbove(routeFolderOf(to), routeFolderOf(from)));
  expect(across.map(([from, to]) => `${from} must not import ${to}`)).toEqual([]);
});

/** What stands nowhere on a page by itself, or needs somebody who is signed in, or the portal's own work. */
const notShown = ["ui/command-fallback.tsx", "forms/account-input.tsx", "forms/save-file.tsx"];

test("the page of components shows each of the kit, and of what forms and lists are made of", () => {
  const shown = new Set<string>();
  const follow = (file: string) => {
    if (shown.has(file)) return;
    shown.add(file);
    for (const next of graph.get(file) ?? []) follow(next);
  };
  follow("app/kit/page.tsx");
  const kit = files.filter((file) => /^components\/(ui\/|(forms|lists)\/)[\w-]+\.tsx$/.test(file));
  const missing = kit.filter((file) => !shown.has(file)).map((file) => file.replace("components/", ""));
  expect(missing.sort()).toEqual(notShown.toSorted());
});

const lowest = files.filter((file) => ["db", "core"].includes(areaOf(file)));

test("neither core nor the database knows what requests come over, or what pages are made with", () => {
  const transports = /^(hono(?!\/html$)|@hono\/.+|next|next-auth|react|react-dom)(\/|$)/;
  expect(lowest.filter((file) => specifiersIn(file).some((name) => transports.test(name)))).toEqual([]);
});

/** What still names a product of somebody else, and why. */
const naming: Record<string, string[]> = {
  "the service of administration was called aims in permissions, and is stored so": ["db/administration-service.ts"],
  "sessions of AIMS, and their tokens, are of a kind of their own": [
    "lib/core/actor.ts",
    "lib/core/authorize.ts",
    "lib/core/changes.ts",
    "lib/core/crypto/secrets.ts",
    "lib/core/freshness.ts",
    "lib/core/rules.ts",
    "lib/core/token-kinds.ts",
  ],
  "columns hold the kind of a session, the locations of AIMS, and which product an integration is with": [
    "db/schema/accounts.ts",
    "db/schema/sessions.ts",
    "db/schema/vault.ts",
  ],
};

test("neither core nor the database names another product, but where it is said why", () => {
  const product = /\baims|aims\b|aimms|mendix|ipresso|alert ?logic|insight-us|gitlab|gitea|github/i;
  const found = lowest.filter((file) => product.test(text.get(file) ?? ""));
  expect(found.sort()).toEqual(Object.values(naming).flat().sort());
});

test("only lib/http/auth.ts knows next-auth", () => {
  const knowing = files.filter((file) => specifiersIn(file).some((name) => /^(next-auth|@auth)(\/|$)/.test(name)));
  expect(knowing.filter((file) => file !== "lib/http/auth.ts")).toEqual([]);
});

test("only lib/env.ts reads the environment", () => {
  const reading = files.filter((file) => /process\.env\b/.test(text.get(file) ?? ""));
  expect(reading).toEqual(["lib/env.ts"]);
});

/**
 * What files bring that are loaded with them: neither types alone, nor what is fetched later or called on the server.
 */
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

test("React Query, a third of what a page may weigh, comes with nothing but what keeps a list up to date", () => {
  const inBrowsers = files.filter((file) => isMeantFor("client", file));
  const bringing = inBrowsers.filter((file) => wayTo("@tanstack/react-query", file));
  expect(bringing).toEqual(["components/lists/live-list/live-list.tsx"]);
});

test("what is done on other rows is done with the tx that is given for it", () => {
  const ignoring = /\b(asSystem|withTenant|readAsTenant)\([^()]*(\([^()]*\)[^()]*)*,\s*(async )?\(\) =>/;
  expect(files.filter((file) => ignoring.test(text.get(file) ?? ""))).toEqual([]);
});
