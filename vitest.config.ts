import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Attacks and clients are run in ways of their own. */
const all = [
  "{app,components,db,lib,scripts}/**/*.test.ts",
  "tests/*.test.ts",
  "tests/!(attacks|clients)/**/*.test.ts",
];

/** What a test file does that others in its process would feel. */
const reachesBeyondItself = /\bvi\.|\bglobalThis\b|\bprocess\.(env|chdir)\b/;
const apart = globSync(all)
  .filter((file) => reachesBeyondItself.test(readFileSync(file, "utf8")))
  .map((file) => file.replace(/[()[\]{}]/g, "\\$&"));

/** Small as they are, these files take longest: what is told of one operation is tried with each. */
const triesEveryOperation = /\/tests\/operations\/[^/]*$/;

/** The longest first, so that no worker has much to do when the others are done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => triesEveryOperation.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: "./tests/setup.ts",
    setupFiles: ["./db/drizzle-loader.ts", "./tests/fresh-process.ts"],
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
    // Loading the product takes longer than most test files: those that do nothing to their process share one.
    projects: [
      { extends: true, test: { name: "shared", include: all, exclude: apart, isolate: false } },
      { extends: true, test: { name: "apart", include: apart } },
    ],
    sequence: { sequencer: LongestFirst },
    // Half as many again as there are cores: while one waits for Postgres, another works.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Busy machines are slow, and races in their full number take minutes.
    testTimeout: process.env.TEST_DEPTH === "full" ? 30 * 60_000 : 60_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
});
