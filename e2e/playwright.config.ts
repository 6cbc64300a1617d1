import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { findBrowser } from "../scripts/browser.mjs";
import { freePort } from "../tests/free-port.ts";
import { administrator } from "./administrator.ts";

// Every worker reads this file again and must come to the same answers: the first process leaves them in the
// environment.
process.env.CHROMIUM ??= (await findBrowser()) ?? "";
process.env.E2E_PORT ??= String(await freePort());
process.env.E2E_DATA_DIR ??= emptyFolder();

const baseURL = `http://localhost:${process.env.E2E_PORT}`;

/**
 * With each page Chromium draws suggestions for its address bar, in processes of their own, which nobody sees here: a
 * quarter of all the time. Only the last such switch counts, so that Playwright's own stand here as well.
 */
const withoutFeatures = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/e2e",
  reporter: [["list"], ["json", { outputFile: "../test-results/e2e.json" }]],
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  // Reported in numbers like any other end, where being killed from outside would leave none.
  globalTimeout: 25 * 60_000,
  maxFailures: 30,
  expect: { timeout: 10_000 },
  use: {
    baseURL,
    trace: "off",
    // Every click waits for what moves to stand still.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: process.env.CHROMIUM || undefined,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-gpu-rasterization",
        "--disable-software-rasterizer",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${withoutFeatures.join()}`,
      ],
    },
  },
  webServer: {
    command: `exec "${process.execPath}" server.ts`,
    cwd: "..",
    url: `${baseURL}/healthz/ready`,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    timeout: 60_000,
    stdout: "pipe",
    env: {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      PORT: process.env.E2E_PORT,
      DATA_DIR: process.env.E2E_DATA_DIR,
      ADMIN_EMAIL: administrator.email,
      ADMIN_PASSWORD: administrator.password,
      RATE_LIMIT_FACTOR: "1000",
      SHOW_KIT: "on",
      LOG_LEVEL: "warn",
    },
  },
});

function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-e2e-"));
  // Where root runs the tests, Postgres runs as another user, who must get through.
  chmodSync(folder, 0o711);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
