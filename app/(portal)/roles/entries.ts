import type { Permissions } from "#lib/core/delegation.ts";
import type { ActionState } from "#lib/http/next/action.ts";

type Effect = "allowed" | "denied";
type Input = Record<string, unknown>;

const cell = "entry ";

/** The name of the control that says what an entry of a role is. */
export const cellName = (pattern: string) => `${cell}${pattern}`;

/** The entries that a form's cells say, empty where a cell says nothing. */
export function typedEntries(values: Record<string, string>): Record<string, string> {
  const cells = Object.entries(values).filter(([name]) => name.startsWith(cell));
  return Object.fromEntries(cells.map(([name, effect]) => [name.slice(cell.length), effect]));
}

/** The same entries, once the control of this name says something else. */
export const withEntry = (entries: Record<string, string>, name: string, effect: string) =>
  name.startsWith(cell) ? { ...entries, [name.slice(cell.length)]: effect } : entries;

/** Entries that have no cell of their own, one on each line, as they are typed: `allowed pro:own:*:app`. */
export const linesOf = (permissions: Permissions) =>
  Object.entries(permissions)
    .map(([pattern, effect]) => `${effect} ${pattern}`)
    .join("\n");

/** A form's cells and lines as the permission map that an operation takes. */
export function withPermissions(input: Input): Input {
  const { others, ...fields } = input;
  const isCell = (name: string) => name.startsWith(cell);
  const cells = Object.entries(fields).filter(([name, effect]) => isCell(name) && effect !== "");
  const chosen = cells.map(([name, effect]) => [name.slice(cell.length), effect]);
  const rest = Object.entries(fields).filter(([name]) => !isCell(name));
  return {
    ...Object.fromEntries(rest),
    permissions: { ...Object.fromEntries(chosen), ...readLines(String(others ?? "")) },
  };
}

/** What is no entry is handed on as it stands, so that it is refused with its own words. */
function readLines(text: string): Permissions {
  const lines = text.split("\n").map((line) => line.trim());
  return Object.fromEntries(lines.filter(Boolean).map(readLine));
}

function readLine(line: string): [string, Effect] {
  const [, word = "", pattern] = /^(allow|allowed|deny|denied)\s+(\S+)$/i.exec(line) ?? [];
  if (!pattern) return [line, "allowed"];
  return [pattern, word.toLowerCase().startsWith("allow") ? "allowed" : "denied"];
}

/** What is no pattern was typed as a line: what is said of it belongs there. */
export function atTheLines<Output>(answer: ActionState<Output>): ActionState<Output> {
  if (answer.status !== "refused") return answer;
  const errors = answer.problem.errors.map((error) =>
    error.code === "invalid_key" ? { ...error, pointer: "/others" } : error,
  );
  return { ...answer, problem: { ...answer.problem, errors } };
}
