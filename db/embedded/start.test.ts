import { fork } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { StartupError } from "../startup-error.ts";
import { gone, processStartTime } from "./processes.ts";
import { startEmbedded } from "./start.ts";

let dataDir = "";
const running: (() => Promise<void>)[] = [];

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "latchkey-embedded-"));
  chmodSync(dataDir, 0o711);
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

afterAll(() => rmSync(dataDir, { recursive: true }));

async function start() {
  const postgres = await startEmbedded(dataDir, { log: () => {} });
  running.push(postgres.stop);
  return postgres;
}

async function ask(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client.query(statement).then(
    ({ rows }) => client.end().then(() => rows),
    (error) => client.end().then(() => Promise.reject(error)),
  );
}

const postmaster = () => Number(readFileSync(join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);

async function untilAnswering(url: string) {
  for (let left = 100; left > 0; left--) {
    const answer = await ask(url, "select 1 as one").catch(() => sleep(100));
    if (answer) return answer;
  }
  throw new Error("Postgres did not come back");
}

test("an interrupted creation is begun anew and leaves nothing behind", async () => {
  writeFileSync(join(dataDir, "postgres.new-interrupted.password"), "x");
  await start();
  expect(readdirSync(dataDir).filter((name) => name.includes(".new"))).toEqual([]);
});

test("what was written is there after a stop and a second start", async () => {
  const first = await start();
  await ask(first.url, "create table if not exists kept as select 7 as number");
  await first.stop();
  expect(existsSync(join(dataDir, "latchkey.pid"))).toBe(false);
  const second = await start();
  expect(await ask(second.url, "select number from kept")).toEqual([{ number: 7 }]);
});

test("the product's user is no superuser, and a wrong password is refused", async () => {
  const { url } = await start();
  await expect(ask(url, "copy (select 1) to program 'id'")).rejects.toThrow(/permission denied/);
  await expect(ask(url.replace(/:[^:@]+@/, ":guess@"), "select 1")).rejects.toThrow(/password/);
  expect(statSync(join(dataDir, "postgres/latchkey-password")).mode & 0o777).toBe(0o600);
});

test("a Postgres that is killed comes back at the same address with all that was committed", async () => {
  const { url } = await start();
  await ask(url, "create table if not exists kept as select 7 as number");
  const killed = postmaster();
  process.kill(killed, "SIGKILL");
  await gone(killed, 5000);
  expect(await untilAnswering(url)).toEqual([{ one: 1 }]);
  expect(await ask(url, "select number from kept")).toEqual([{ number: 7 }]);
});

test("a Postgres that outlived a killed Latchkey is replaced by the next start", async () => {
  const starter = fork(new URL("../../tests/orphan.ts", import.meta.url), [dataDir], { execArgv: [] });
  const [url] = await once(starter, "message");
  await ask(String(url), "create table if not exists kept as select 7 as number");
  const orphan = postmaster();
  starter.kill("SIGKILL");
  await once(starter, "exit");
  expect(processStartTime(orphan)).toBeDefined();
  const next = await start();
  expect(processStartTime(orphan)).toBeUndefined();
  expect(await ask(next.url, "select number from kept")).toEqual([{ number: 7 }]);
});

test("a stale postmaster.pid whose number another program has by now does not block", async () => {
  await (await start()).stop();
  writeFileSync(
    join(dataDir, "postgres/postmaster.pid"),
    `${process.pid}\n${dataDir}/postgres\n0\n5432\n\n\n0 0\nready\n`,
  );
  expect(await untilAnswering((await start()).url)).toEqual([{ one: 1 }]);
});

test("a second Latchkey in the same folder is refused and told which process to stop", async () => {
  await start();
  const refused = startEmbedded(dataDir, { log: () => {} });
  await expect(refused).rejects.toThrow(StartupError);
  await expect(refused).rejects.toThrow(String(process.pid));
});
