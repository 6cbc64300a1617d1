import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { env } from "#lib/env.ts";
import { type TestApi, testApiAt } from "./test-api.ts";

// What was compiled for one start is read by the next.
const NODE_COMPILE_CACHE = join(import.meta.dirname, "../node_modules/.cache/node");

/** Another process of the portal on the same database, until the test file is done. `log` is what it has logged. */
export async function startReplica(url: string): Promise<TestApi & { log(): string }> {
  // Both count the same budgets, which must be as large in both.
  const RATE_LIMIT_FACTOR = String(env().RATE_LIMIT_FACTOR);
  const here = { DATABASE_URL: url, WORKER: "off", LOG_LEVEL: "debug", RATE_LIMIT_FACTOR, NODE_COMPILE_CACHE };
  const child = fork(fileURLToPath(new URL("./server.ts", import.meta.url)), {
    env: { ...process.env, ...here },
    silent: true,
    execArgv: [],
  });
  let logged = "";
  child.stdout?.on("data", (part) => {
    logged += part;
  });
  child.stderr?.pipe(process.stderr);
  afterAll(async () => {
    child.disconnect();
    await once(child, "exit");
  });
  const [port] = await Promise.race([once(child, "message"), once(child, "exit").then(() => [0])]);
  if (!port) throw new Error("the replica did not start");
  return { ...testApiAt(port), log: () => logged };
}
