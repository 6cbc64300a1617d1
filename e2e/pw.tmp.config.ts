import { defineConfig } from "@playwright/test";
export default defineConfig({
  testDir: "/tmp/wt/tokens/e2e",
  outputDir: "/tmp/pw-out",
  reporter: "list",
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 8_000 },
  use: {
    baseURL: "http://localhost:3912",
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    },
  },
});
