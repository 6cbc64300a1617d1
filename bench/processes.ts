import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answered, Plan } from "./load.ts";
import type { Reading } from "./meter.ts";

/** A server under measurement: a process of its own with a meter in it. */
export type Subject = { port: number; read(): Promise<Reading>; stop(): Promise<void> };

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

function run(file: string, env: Record<string, string>, execArgv: string[] = []): ChildProcess {
  const child = fork(here(file), {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** Starts a server's file and waits until it answers at `path`. */
export async function startSubject(
  file: string,
  env: Record<string, string>,
  path = "/",
  flags: string[] = [],
): Promise<Subject> {
  const port = await freePort();
  const child = run(file, { ...env, PORT: String(port) }, ["--import", here("meter.ts"), ...flags, ...profiling(file)]);
  await answers(`http://127.0.0.1:${port}${path}`, child);
  return { port, read: () => ask<Reading>(child, "read the meter"), stop: () => stop(child) };
}

/** `BENCH_PROFILE=folder npm run bench` also writes a CPU profile of each server there, to see where its time goes. */
function profiling(file: string): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder
    ? ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${basename(file)}-${Date.now()}.cpuprofile`]
    : [];
}

async function answers(url: string, child: ChildProcess) {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer && answer.status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${child.spawnargs.at(-1)} does not answer at ${url}`);
}

async function ask<T>(child: ChildProcess, message: string | object): Promise<T> {
  const answer = once(child, "message");
  child.send(message);
  const [value] = await answer;
  return value;
}

async function stop(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** The load generator, ready to carry out one plan after the other. */
export function startLoad() {
  const child = run("load.ts", {});
  return {
    async drive(plan: Plan): Promise<Answered[]> {
      const { answered, error } = await ask<{ answered: Answered[]; error?: string }>(child, plan);
      if (error) throw new Error(`the load met an answer that it should not: ${error}`);
      return answered;
    },
    stop: () => stop(child),
  };
}

export type Load = ReturnType<typeof startLoad>;
