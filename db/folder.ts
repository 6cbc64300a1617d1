import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";

/** The absolute path of DATA_DIR, which is made the first time; one that exists keeps its permissions. */
export function dataFolder(dataDir: string): string {
  const folder = resolve(dataDir);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  // Closed to others; root's must let the user who runs Postgres pass through.
  chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
  return folder;
}
