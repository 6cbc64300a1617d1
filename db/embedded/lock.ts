import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StartupError } from "../startup-error.ts";
import { processStartTime } from "./processes.ts";

const owner = z.object({ pid: z.number().int().positive(), born: z.string() });

/**
 * Takes `dataDir` for this process until the returned function is called. What a killed process left behind does not
 * count. Throws {@link StartupError} while another running process holds it.
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, "latchkey.pid");
  const holder = readOwner(file);
  if (holder) throw inUse(dataDir, holder.pid);
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, born: processStartTime(process.pid) ?? "" }), { flag: "wx" });
  return () => rmSync(file, { force: true });
}

/** Does a running process hold `dataDir`? */
export const isDataDirLocked = (dataDir: string): boolean => readOwner(join(dataDir, "latchkey.pid")) !== undefined;

function readOwner(file: string) {
  try {
    const found = owner.parse(JSON.parse(readFileSync(file, "utf8")));
    return processStartTime(found.pid) === found.born ? found : undefined;
  } catch {
    return undefined;
  }
}

function inUse(dataDir: string, pid: number) {
  return new StartupError(
    `Another Latchkey (process ${pid}) is using ${dataDir}.`,
    `Stop it first (kill ${pid}), or give this one its own DATA_DIR and PORT.`,
  );
}
