import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { dataFolder } from "../folder.ts";
import { ensureCluster, ensureDatabase, readPassword } from "./cluster.ts";
import { findLocation, type Location } from "./location.ts";
import { isDataDirLocked, lockDataDir } from "./lock.ts";
import { endOrphan, launch, portOf, type Settings, stopPostmaster, trimLog } from "./postmaster.ts";

/**
 * A running Postgres. `url` is the product's own user in its own database, `superuserUrl` is for whoever looks after
 * both.
 */
export type Embedded = { url: string; superuserUrl: string; stop(): Promise<void> };

type Options = { settings?: Settings; log?: (line: string) => void };

/**
 * Runs a real Postgres in `<dataDir>/postgres` on a free port of the loopback interface, creating it the first time,
 * and restarts it when it dies. What an earlier process left behind, killed or orphaned, is put in order first. Throws
 * `Trouble` with a remedy when it cannot, for example while another Latchkey runs in the same folder.
 */
export async function startEmbedded(
  dataDir: string,
  { settings = {}, log = console.log }: Options = {},
): Promise<Embedded> {
  const folder = dataFolder(dataDir);
  const release = lockDataDir(folder);
  try {
    const home = findLocation(folder, log);
    await ensureCluster(home, log);
    await endOrphan(home);
    const keeper = await keep(home, settings, log);
    const stop = () => keeper.stop().finally(release);
    return {
      ...(await connectionUrls(home, keeper.port).catch((error) => stop().then(() => Promise.reject(error)))),
      stop,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Where the Postgres of `dataDir` is that another process runs at this moment; undefined when none does. For whoever
 * wants to look at the data beside a running portal.
 */
export function runningEmbedded(dataDir: string): string | undefined {
  const folder = dataFolder(dataDir);
  if (!isDataDirLocked(folder)) return undefined;
  const home = findLocation(folder, () => {});
  const port = portOf(home);
  return port && urlOf("latchkey", readPassword(home), port);
}

const urlOf = (user: string, password: string, port: number | string) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${user}`;

async function connectionUrls(home: Location, port: number) {
  const password = readPassword(home);
  const url = (user: string) => urlOf(user, password, port);
  await ensureDatabase(url("postgres"), password);
  return { url: url("latchkey"), superuserUrl: url("postgres") };
}

async function keep(home: Location, settings: Settings, log: (line: string) => void) {
  const port = await freePort();
  let child = await firstLaunch(home, port, settings);
  let stopping = false;
  const stopAtExit = () => child.kill("SIGINT");
  const tidying = setInterval(() => trimLog(home), 60_000).unref();
  const watch = () => child.once("exit", (code, signal) => void (stopping || revive(signal ?? `exit code ${code}`)));

  async function revive(cause: string) {
    log(`Postgres ended by itself (${cause}); starting it again.`);
    for (let pause = 100; !stopping; pause = Math.min(pause * 2, 5000)) {
      const started = await launch(home, port, settings).catch((error: Error) => log(error.message));
      if (started) return adopt(started);
      await sleep(pause, undefined, { ref: false });
    }
  }

  function adopt(started: ChildProcess) {
    child = started;
    log("Postgres is back.");
    if (stopping) child.kill("SIGINT");
    else watch();
  }

  watch();
  process.once("exit", stopAtExit);
  child.unref();
  return {
    port,
    async stop() {
      stopping = true;
      clearInterval(tidying);
      process.off("exit", stopAtExit);
      if (child.pid) await stopPostmaster(child.pid);
    },
  };
}

// The workers of a Postgres that was killed can need a moment to notice, and hold its memory until then.
async function firstLaunch(home: Location, port: number, settings: Settings) {
  for (let left = 50; ; left--) {
    try {
      return await launch(home, port, settings);
    } catch (error) {
      const passing = error instanceof Error && /shared memory block|lock file/.test(error.message);
      if (!passing || left === 0) throw error;
      await sleep(200);
    }
  }
}

// Below the range that systems take for outgoing connections: from there, a client that keeps trying to reach a stopped
// Postgres can end up connected to itself and so hold the very port.
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer().once("error", () => answer(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => answer(true)));
  });
}
