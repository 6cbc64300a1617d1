import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const root = join(import.meta.dirname, "..");

/** The built portal in a process of its own: where it is, its folder, all that it has printed, and how to stop it. */
export type BuiltPortal = { url: string; dataDir: string; said(): string; stop(): Promise<void> };

/**
 * Starts the built portal on a free port with a data folder of its own and these settings, and waits until it is ready.
 */
export async function startBuiltPortal(settings: Record<string, string> = {}): Promise<BuiltPortal> {
  const dataDir = mkdtempSync(join(tmpdir(), "latchkey-built-"));
  // Where root runs the tests, Postgres runs as another user, who must get through.
  chmodSync(dataDir, 0o711);
  const port = String(await freePort());
  const { PATH, HOME } = process.env;
  // As `npm start` does: what was compiled for one start is read by the next.
  const NODE_COMPILE_CACHE = join(root, "node_modules/.cache/node");
  const own = { PORT: port, DATA_DIR: dataDir, LOG_LEVEL: "warn", NODE_COMPILE_CACHE };
  const env = { PATH, HOME, NODE_ENV: "production" as const, ...own, ...settings };
  const server = spawn(process.execPath, ["server.ts"], { cwd: root, env });
  const killing = () => void server.kill("SIGKILL");
  process.once("exit", killing);
  const exited = once(server, "exit");
  const stop = async () => {
    server.kill("SIGTERM");
    await exited;
    process.off("exit", killing);
    rmSync(dataDir, { recursive: true, force: true });
  };
  const said = await listen(server.stdout, server.stderr, exited);
  return { url: `http://localhost:${port}`, dataDir, said, stop };
}

/** Waits until it says that it is ready; answers what it has said until now, whenever that is asked. */
function listen(
  out: NodeJS.ReadableStream,
  err: NodeJS.ReadableStream,
  exited: Promise<unknown>,
): Promise<() => string> {
  let said = "";
  return new Promise((ready, fail) => {
    const hear = (part: Buffer) => {
      said += part;
      if (said.includes("Latchkey is ready")) ready(() => said);
    };
    out.on("data", hear);
    err.on("data", hear);
    exited.then(() => fail(new Error(`The portal did not start:\n${said}`)));
  });
}
