import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Client } from "pg";
import { diskRemedy, reasonIn, StartupError } from "../startup-error.ts";
import type { Location } from "./location.ts";

// Kept inside the cluster, so that the two are created, moved and deleted together.
const passwordFile = "latchkey-password";

/** Makes the cluster of `home` unless it exists. An interruption leaves nothing that a later start would trip over. */
export async function ensureCluster(home: Location, log: (line: string) => void): Promise<void> {
  if (existsSync(join(home.data, "PG_VERSION"))) return;
  log(`Creating the database in ${home.data}.`);
  removeUnfinished(home);
  const unfinished = `${home.data}.new-${randomBytes(4).toString("hex")}`;
  const password = `${unfinished}.password`;
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(password, randomBytes(24).toString("base64url"), { mode: 0o600, flush: true });
  for (const path of [unfinished, password]) if (home.as) chownSync(path, home.as.uid, home.as.gid);
  await initdb(home, unfinished, password).catch((error) => {
    removeUnfinished(home);
    throw error;
  });
  renameSync(password, join(unfinished, passwordFile));
  renameSync(unfinished, home.data);
}

/** The password of both of the cluster's users. */
export function readPassword(home: Location): string {
  return readFileSync(join(home.data, passwordFile), "utf8").trim();
}

/**
 * Makes sure of the user and the database that the product works with. The product is not a superuser, so that not even
 * an injected statement could read files or start programs.
 */
export async function ensureDatabase(superuserUrl: string, password: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await makeDatabase(client, password);
    await makeTenantRole(client);
  } finally {
    await client.end();
  }
}

async function makeDatabase(client: Client, password: string) {
  const there = await client.query("select from pg_database where datname = 'latchkey'");
  if (there.rowCount) return;
  await client.query("drop role if exists latchkey");
  await client.query(`create role latchkey login password ${client.escapeLiteral(password)}`);
  await client.query("create database latchkey owner latchkey");
}

/** What operations in an account run as: it sees the rows of that account alone. */
async function makeTenantRole(client: Client) {
  const there = await client.query("select from pg_roles where rolname = 'latchkey_tenant'");
  if (!there.rowCount) await client.query("create role latchkey_tenant nologin");
  await client.query("grant latchkey_tenant to latchkey");
}

function removeUnfinished(home: Location) {
  const folder = dirname(home.data);
  const isUnfinished = (name: string) => name.startsWith(`${basename(home.data)}.new-`);
  for (const name of readdirSync(folder).filter(isUnfinished)) rmSync(join(folder, name), { recursive: true });
}

function initdb(home: Location, data: string, password: string): Promise<void> {
  const options = [
    `--pgdata=${data}`,
    `--pwfile=${password}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Postgres' own collation: no upgrade of the operating system can ever change the order that indexes rely on.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  return new Promise((done, fail) => {
    const child = spawn(home.bin.initdb, options, {
      ...home.as,
      cwd: dirname(data),
      env: { NODE_ENV: "production", LC_ALL: "C" },
      stdio: "pipe",
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.on("error", fail);
    child.on("close", (code) => (code === 0 ? done() : fail(notCreated(data, said))));
  });
}

function notCreated(data: string, said: string) {
  const otherwise = "Put that right, then start again; or set DATABASE_URL to a Postgres of your own (15 or newer).";
  const message = `The database could not be created in ${dirname(data)}. Postgres said: ${reasonIn(said)}`;
  return new StartupError(message, diskRemedy(said, otherwise));
}
