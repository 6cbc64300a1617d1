import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{app,components,lib,scripts}/**/*.test.ts"],
    globalSetup: "./vitest.setup.ts",
    setupFiles: "./lib/db/quick-import.ts",
    env: {
      NODE_ENV: "test",
      DATA_DIR: join(tmpdir(), `latchkey-test-${process.pid}`),
      AUTH_SECRET: "a secret that only the tests know, 33+",
      ENCRYPTION_KEYS: `t1:${createHash("sha256").update("tests only").digest("base64")}`,
      LOG_LEVEL: "silent",
    },
    // One fewer than there are cores is the default, which leaves one of two idle while Postgres waits.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    allowOnly: false,
  },
});
