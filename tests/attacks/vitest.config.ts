import { join } from "node:path";
import { defineConfig } from "vitest/config";
import ordinary from "../../vitest.config.ts";

/** The attacks: against the portal as it is built, in processes of its own, with the limits that it has by default. */
export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    ...ordinary.test,
    projects: undefined,
    include: ["tests/attacks/**/*.test.ts"],
    globalSetup: "./tests/attacks/setup.ts",
    setupFiles: ["./db/drizzle-loader.ts", "./tests/attacks/people.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
