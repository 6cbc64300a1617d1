import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkNode, compileCache, installDependencies, root } from "./prepare.mjs";
import { giveUp } from "./progress.mjs";

/** `node scripts/run.mjs NAME …` runs scripts/NAME.ts with the settings of .env on the Node that Latchkey brings. */
main(process.argv.slice(2)).catch(giveUp);

async function main([name, ...args]) {
  checkNode();
  const node = await installDependencies();
  const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
  const env = { ...compileCache, LOG_LEVEL: "warn", ...process.env };
  const child = spawn(node, [...settings, `scripts/${name}.ts`, ...args], { cwd: root, env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
