import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkNode, compileCache, installDependencies, root } from "./prepare.mjs";
import { giveUp } from "./progress.mjs";

main().catch(giveUp);

async function main() {
  checkNode();
  const node = await installDependencies();
  const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
  const env = { ...compileCache, LOG_LEVEL: "warn", ...process.env };
  const command = [...settings, "scripts/rotate-keys.ts", ...process.argv.slice(2)];
  const child = spawn(node, command, { cwd: root, env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
