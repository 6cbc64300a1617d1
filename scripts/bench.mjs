import { spawn } from "node:child_process";
import { build, checkNode, compileCache, installDependencies, needsBuild, root } from "./prepare.mjs";
import { giveUp } from "./progress.mjs";

main().catch(giveUp);

async function main() {
  checkNode();
  const node = await installDependencies();
  if (needsBuild()) await build(node);
  const env = { ...compileCache, ...process.env };
  const child = spawn(node, ["bench/main.ts", ...process.argv.slice(2)], { cwd: root, env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
