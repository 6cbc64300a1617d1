import { covers, type Effect } from "#lib/core/permissions.ts";
import type { MatrixRow } from "./permission-matrix.ts";

/** What the entries of a role are, as far as they are known to the page. */
export type Entries = Record<string, string>;

/** A wider entry that decides already what a cell is about. */
export type Wider = { effect: Effect; words: string };

/** The wider entry that decides a pattern before it says anything itself: a denial, if there is one. */
export function widerThan(pattern: string, entries: Entries, lines: MatrixRow[]): Wider | undefined {
  const wide = Object.entries(entries).filter(
    ([other, effect]) => effect && other !== pattern && covers(other, pattern),
  );
  const [other, effect] = wide.find(([, said]) => said === "denied") ?? wide[0] ?? [];
  if (!other) return undefined;
  return { effect: effect === "denied" ? "denied" : "allowed", words: nameOf(other, pattern, lines) };
}

/** The entry in the words of the grid; of one's own line, the action alone. */
function nameOf(wide: string, pattern: string, lines: MatrixRow[]): string {
  const line = lines.find(({ cells }) => cells.some((cell) => cell.pattern === wide));
  const action = line?.cells.find((cell) => cell.pattern === wide)?.action;
  if (!line || !action) return wide;
  return line.cells.some((cell) => cell.pattern === pattern) ? action : `“${line.title}: ${action}”`;
}

/** What a line says, in a few words: its own entries, or else what decides about every action of it. */
export function rowSummary(line: MatrixRow, entries: Entries, lines: MatrixRow[]) {
  const said = (effect: Effect) => line.cells.filter(({ pattern }) => entries[pattern] === effect).length;
  const [every] = line.cells;
  return {
    actions: line.cells.length - 1,
    allowed: said("allowed"),
    denied: said("denied"),
    wider: every && widerThan(every.pattern, entries, lines),
  };
}
