import { type Env, parseEnv } from "#lib/env.ts";

const shared = globalThis as { latchkeyEnv?: Env };

/** Sets this test file's configuration; what is not named is as vitest.config.ts has it. */
export function configure(settings: Record<string, string>): void {
  shared.latchkeyEnv = parseEnv({ ...process.env, WORKER: "off", ...settings });
}
