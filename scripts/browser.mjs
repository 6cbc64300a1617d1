import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure, quietly } from "./progress.mjs";

/** The shell first: it draws no window around the page that nobody sees, and takes less than half of the time. */
const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
];
const folders = (process.env.PATH ?? "").split(delimiter).concat("/usr/bin", "/usr/local/bin", "/snap/bin");
const places = [
  ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of a Chromium or Chrome that runs: the one CHROMIUM names, the machine's, or Playwright's own. */
export async function findBrowser() {
  const { chromium } = await import("@playwright/test");
  const candidates = [process.env.CHROMIUM, ...places, chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path) && runs(path));
}

const runs = (path) => spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;

/** As {@link findBrowser}, and installs one when there is none. */
export async function ensureBrowser(node) {
  for (const install of [undefined, fromDebian, fromPlaywright]) {
    await install?.(node);
    const found = await findBrowser();
    if (found) return found;
  }
  const remedy = "Install Chromium or Chrome, or set CHROMIUM to the path of one.";
  throw new Failure("There is no browser for the end-to-end tests, and none could be installed.", remedy);
}

// Before Playwright's own, because it brings the libraries that a bare machine lacks.
async function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await quietly("Updating Debian's list of packages", "apt-get", ["update", "-q"], { env, timeout: 120_000 });
  const install = ["install", "-y", "-q", "--no-install-recommends"];
  const options = { env, timeout: 300_000 };
  const shell = await quietly("Installing Chromium's shell from Debian", "apt-get", [...install, names[0]], options);
  if (!shell.ok) await quietly("Installing Chromium from Debian", "apt-get", [...install, "chromium"], options);
}

async function fromPlaywright(node) {
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000" };
  const cli = ["node_modules/@playwright/test/cli.js", "install", "chromium"];
  await quietly("Fetching Playwright's Chromium", node, cli, { env, timeout: 180_000 });
}
