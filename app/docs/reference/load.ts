import { Explorer } from "./explorer.tsx";
import { loadExplorer } from "./strict-styles.ts";

/** The element first, then the component that shows it. */
export async function load() {
  await loadExplorer();
  return { default: Explorer };
}
