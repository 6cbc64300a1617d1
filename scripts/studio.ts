/** `npm run db:studio`: Drizzle Studio on the portal's database, beside a running portal or without one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { runningEmbedded, startEmbedded } from "#db/embedded/start.ts";
import { StartupError } from "#db/startup-error.ts";
import { failureInWords } from "#lib/core/failure.ts";
import { env } from "#lib/env.ts";

main().catch((error: unknown) => {
  console.error(error instanceof StartupError ? `${error.message}\n${error.remedy}` : failureInWords(error));
  process.exit(1);
});

async function main() {
  const { DATABASE_URL, DATA_DIR } = env();
  const running = DATABASE_URL ?? runningEmbedded(DATA_DIR);
  const embedded = running ? undefined : await startEmbedded(DATA_DIR);
  try {
    process.exitCode = await studio(running ?? embedded?.url ?? "");
  } finally {
    await embedded?.stop();
  }
}

/** Runs until it is stopped. Studio reads the address of the database in drizzle.config.ts. */
async function studio(url: string): Promise<number> {
  const command = ["node_modules/drizzle-kit/bin.cjs", "studio", ...process.argv.slice(2)];
  const child = spawn(process.execPath, command, { env: { ...process.env, DATABASE_URL: url }, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  return code ?? 0;
}
