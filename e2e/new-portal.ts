import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A portal of its own that nobody has set up: where it is, the link it printed, and how to stop it. */
export type NewPortal = { url: string; link: string; stop(): Promise<void> };

/** Starts the built portal on a free port with an empty database, and waits until it is ready. */
export async function startNewPortal(): Promise<NewPortal> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-new-"));
  // Where root runs the tests, Postgres runs as another user, who must get through.
  chmodSync(folder, 0o711);
  const port = String(await freePort());
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: "production" as const, PORT: port, DATA_DIR: folder, LOG_LEVEL: "warn" };
  const server = spawn(process.execPath, ["server.ts"], { cwd: join(import.meta.dirname, ".."), env });
  const exited = once(server, "exit");
  const stop = async () => {
    server.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const said = await words(server.stdout, server.stderr, exited);
  const [link = ""] = /http\S+\/setup\?link=\S+/.exec(said) ?? [];
  return { url: `http://localhost:${port}`, link, stop };
}

/** All it says until it says that it is ready. */
function words(out: NodeJS.ReadableStream, err: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<string> {
  let said = "";
  return new Promise((ready, fail) => {
    const listen = (part: Buffer) => {
      said += part;
      if (said.includes("Latchkey is ready")) ready(said);
    };
    out.on("data", listen);
    err.on("data", listen);
    exited.then(() => fail(new Error(`The portal did not start:\n${said}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}
