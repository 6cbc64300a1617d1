import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPassword } from "#db/embedded/cluster.ts";
import { findLocation } from "#db/embedded/location.ts";
import { freePort } from "#tests/free-port.ts";

const patience = 60_000;

/** The real portal with its own Postgres in a folder of its own, to be killed and started as an operator would. */
export type Portal = {
  base: string;
  /** Starts it by the ordinary command and waits for its first answer. */
  start(): Promise<void>;
  /** Waits until it answers with what it reads from its database. */
  back(): Promise<void>;
  killApp(): Promise<void>;
  killPostgres(): Promise<void>;
  databaseUrl(): string;
  /** Stops it as an operator would: false when it had to be killed. */
  stop(): Promise<boolean>;
  /** What it printed. */
  log(): string;
  tidy(): void;
};

export const administrator = { email: "crash@example.org", password: "correct-Horse-7-battery" };

// Whatever configures a portal on this machine must not reach this one.
const blank = Object.fromEntries(
  ["DATABASE_URL", "DATABASE_READ_URL", "AUTH_SECRET", "ENCRYPTION_KEYS", "SMTP_URL", "SCOPES_FILE", "APP_URL"].map(
    (name) => [name, ""],
  ),
);

export async function makePortal(): Promise<Portal> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-crash-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const dataDir = join(folder, "data");
  const logFile = join(folder, "log");
  const own = {
    DATA_DIR: dataDir,
    PORT: String(port),
    HOST: "127.0.0.1",
    LOG_LEVEL: "error",
    RATE_LIMIT_FACTOR: "1000",
  };
  const admin = { ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password, ACCOUNT_NAME: "Crash" };
  const base = `http://127.0.0.1:${port}`;
  let app: ChildProcess | undefined;

  const postmaster = () =>
    readFileSync(join(findLocation(dataDir, () => {}).data, "postmaster.pid"), "utf8").split("\n");
  const answers = async () =>
    (await fetch(`${base}/api/v1/setup`, waiting(2000)).catch(() => undefined))?.status === 200;

  async function back() {
    for (const until = Date.now() + patience; Date.now() < until; await sleep(20)) {
      if (app?.exitCode !== null || app.signalCode !== null) throw new Error("the portal ended by itself");
      if (await answers()) return;
    }
    throw new Error(`no answer within ${patience / 1000} s`);
  }

  return {
    base,
    back,
    async start() {
      const out = openSync(logFile, "a");
      // A process group of its own, so that the command and the server it starts are killed in one blow.
      const options = {
        env: { ...process.env, ...blank, ...own, ...admin },
        detached: true,
        stdio: ["ignore", out, out] as const,
      };
      app = spawn(process.execPath, ["scripts/start.mjs"], { ...options, stdio: ["ignore", out, out] });
      await back();
    },
    async killApp() {
      if (app) await end(app, "SIGKILL");
    },
    async killPostgres() {
      const pid = Number(postmaster()[0]);
      process.kill(pid, "SIGKILL");
      while (isAlive(pid)) await sleep(5);
    },
    databaseUrl() {
      const home = findLocation(dataDir, () => {});
      return `postgres://latchkey:${readPassword(home)}@127.0.0.1:${postmaster()[3]}/latchkey`;
    },
    async stop() {
      if (!app || app.exitCode !== null || app.signalCode !== null) return true;
      const stopped = await Promise.race([end(app, "SIGTERM").then(() => true), sleep(15_000).then(() => false)]);
      if (!stopped) await end(app, "SIGKILL");
      return stopped;
    },
    log: () => readFileSync(logFile, "utf8"),
    tidy() {
      // Where Postgres may not enter the folder, its data lies elsewhere, behind a link.
      rmSync(findLocation(dataDir, () => {}).data, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(app: ChildProcess, signal: "SIGKILL" | "SIGTERM") {
  const gone = app.exitCode === null && app.signalCode === null ? once(app, "exit") : undefined;
  if (app.pid) process.kill(-app.pid, signal);
  await gone;
  while (app.pid && isAlive(-app.pid)) await sleep(5);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Options of a request that is given up after so many milliseconds. */
export const waiting = (ms: number) => ({ signal: AbortSignal.timeout(ms) });
