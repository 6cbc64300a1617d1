import { createHash } from "node:crypto";
import { availableParallelism, tmpdir } from "node:os";
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
      // Races change more in a minute than one credential may.
      CHANGES_PER_MINUTE: "1000000",
      PROVISIONING_CHANGES_PER_MINUTE: "1000000",
    },
    // Half as many again as there are cores: while one waits for Postgres, another works.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Races in their full number take minutes.
    testTimeout: process.env.TEST_DEPTH === "full" ? 30 * 60_000 : 20_000,
    hookTimeout: 30_000,
    allowOnly: false,
  },
});
