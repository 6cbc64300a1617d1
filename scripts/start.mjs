import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, checkNode, compileCache, installDependencies, needsBuild, root } from "./prepare.mjs";
import { giveUp } from "./progress.mjs";

// One Ctrl-C can arrive several times: from the terminal and from npm.
const sameKeystroke = 1000;

const dev = process.argv.includes("--dev");
const mode = { NODE_ENV: dev ? "development" : "production", NEXT_TELEMETRY_DISABLED: "1" };
const env = { ...compileCache, ...process.env, ...mode };
const settings = existsSync(join(root, ".env")) ? ["--env-file=.env"] : [];
// A request leaves nothing behind: a small nursery keeps the process 100 MB smaller and costs no time that shows.
const memory = ["--max-semi-space-size=4"];
const server = [...memory, ...settings, "server.ts"];

main().catch(giveUp);

async function main() {
  checkNode();
  const node = await installDependencies();
  if (!dev && needsBuild()) {
    // A build takes a while: a wrong setting or a taken port is better said before.
    const { status } = spawnSync(node, [...server, "--check"], { cwd: root, env, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
    await build(node);
  }
  run(node);
}

function run(node) {
  const child = spawn(node, server, { cwd: root, env, stdio: "inherit" });
  let passedOn = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => passOn(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGKILL" ? 137 : 1)));

  function passOn(signal) {
    if (Date.now() - passedOn < sameKeystroke) return;
    passedOn = Date.now();
    child.kill(signal);
  }
}
