import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diskRemedy, reasonIn, StartupError } from "../startup-error.ts";
import type { Location } from "./location.ts";
import { commandOf, gone, processStartTime } from "./processes.ts";

/** Settings of Postgres by name, as in `postgresql.conf`. */
export type Settings = Record<string, string | number>;

const usual: Settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "64MB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "off",
  log_destination: "stderr",
  log_checkpoints: "off",
  // Statements and key values can be personal data: the log gets neither.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

const maxLog = 8 * 1024 * 1024;

/**
 * Starts Postgres and resolves once it accepts connections. Throws {@link StartupError} with what it said when it ends
 * before that.
 */
export async function launch(home: Location, port: number, settings: Settings): Promise<ChildProcess> {
  trimLog(home);
  const before = sizeOf(logOf(home));
  const child = run(home, { ...usual, ...settings, port });
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  await new Promise((started, fail) => child.once("spawn", started).once("error", fail));
  while (!ended && !isReady(home, child.pid)) await sleep(10);
  if (ended) throw notStarted(home, readFileSync(logOf(home), "utf8").slice(before));
  return child;
}

/** Stops Postgres: politely, then firmly. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, ms] of [
    ["SIGINT", 6000],
    ["SIGQUIT", 3000],
    ["SIGKILL", 2000],
  ] as const) {
    signalTo(pid, signal);
    if (await gone(pid, ms)) return;
  }
}

/**
 * Ends a Postgres that outlived the Latchkey which started it, and clears away what would keep a new one from starting.
 */
export async function endOrphan(home: Location): Promise<void> {
  const pid = Number(pidFile(home)[0]);
  if (!pid || processStartTime(pid) === undefined) return;
  const isOurs = commandOf(pid)?.includes(home.data) ?? true;
  if (isOurs) await stopPostmaster(pid);
  // The number belongs to some other program by now, which Postgres would take for itself.
  else rmSync(join(home.data, "postmaster.pid"), { force: true });
}

/** Keeps Postgres' log below twice 8 MB: what is too long becomes `postgres.log.1`. */
export function trimLog(home: Location): void {
  const log = logOf(home);
  if (sizeOf(log) < maxLog) return;
  copyFileSync(log, `${log}.1`);
  truncateSync(log);
}

const logOf = (home: Location) => join(dirname(home.data), "postgres.log");

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function run(home: Location, settings: Settings) {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(logOf(home), "a", 0o600);
  try {
    return spawn(home.bin.postgres, ["-D", home.data, ...flags], {
      ...home.as,
      cwd: dirname(home.data),
      env: { NODE_ENV: "production", LC_ALL: "C" },
      stdio: ["ignore", log, log],
      // A session of its own: Ctrl-C goes to every process of the terminal's group, and open requests still need the
      // database.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function isReady(home: Location, pid: number | undefined) {
  const lines = pidFile(home);
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

/** The port of a Postgres that accepts connections; undefined when there is none. */
export function portOf(home: Location): string | undefined {
  const lines = pidFile(home);
  return processStartTime(Number(lines[0])) !== undefined && lines[7]?.trim() === "ready"
    ? lines[3]?.trim()
    : undefined;
}

function pidFile(home: Location) {
  try {
    return readFileSync(join(home.data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

function signalTo(pid: number, signal: "SIGINT" | "SIGQUIT" | "SIGKILL") {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone in the meantime.
  }
}

function notStarted(home: Location, said: string) {
  const remedy = diskRemedy(said, remedyFor(said, home));
  return new StartupError(`Postgres did not start. It said: ${reasonIn(said)}`, remedy);
}

function remedyFor(said: string, home: Location) {
  if (/incompatible with server/.test(said))
    return `Another version of Postgres made ${home.data}: start the version of Latchkey that made it, or restore a backup into a new DATA_DIR.`;
  if (/shared memory|semaphores/.test(said)) return "Wait a few seconds for the old Postgres to end, then start again.";
  return `Read ${logOf(home)}; or set DATABASE_URL to a Postgres of your own (15 or newer).`;
}
