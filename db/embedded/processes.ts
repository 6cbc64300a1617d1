import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * When process `pid` was born, in words that no later process with the same number will have; undefined when there is
 * none. A killed process that nobody has reaped counts as gone.
 */
export function processStartTime(pid: number): string | undefined {
  if (process.platform !== "linux") return ps(pid, "lstart=");
  const stat = readProc(`${pid}/stat`);
  // The command's name stands in brackets and may hold spaces: count from behind it.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (!fields || fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${readProc("sys/kernel/random/boot_id")?.trim()} ${fields[19]}`;
}

/** The command line of process `pid`; undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  if (processStartTime(pid) === undefined) return undefined;
  if (process.platform !== "linux") return ps(pid, "command=");
  return readProc(`${pid}/cmdline`)?.replaceAll("\0", " ");
}

/** Waits until process `pid` is gone; false when it is still there after `ms` milliseconds. */
export async function gone(pid: number, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20))
    if (processStartTime(pid) === undefined) return true;
  return processStartTime(pid) === undefined;
}

function readProc(path: string) {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string) {
  return spawnSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() || undefined;
}
