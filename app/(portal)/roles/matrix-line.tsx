"use client";

import { Badge } from "#components/ui/badge.tsx";
import { cellName } from "./entries.ts";
import type { MatrixRow } from "./permission-matrix.ts";
import { type Entries, rowSummary, type Wider, widerThan } from "./wider-entries.ts";

type LineProps = { line: MatrixRow; lines: MatrixRow[]; start: Entries; entries: Entries };

/** A thing and what can be done with it; open where entries stand, else one line that says what holds for it. */
export function MatrixLine({ line, lines, start, entries }: LineProps) {
  const hasEntries = line.cells.some(({ pattern }) => start[pattern]);
  return (
    <details open={hasEntries} className="min-w-0 border-t border-line">
      <summary className="cursor-pointer px-4 py-2">
        <span className="inline-flex w-[calc(100%-1.5rem)] flex-wrap items-center justify-between gap-x-4 gap-y-1 align-middle">
          <span className="font-medium first-letter:uppercase">{line.title}</span>
          <RowSummary line={line} lines={lines} entries={entries} />
        </span>
      </summary>
      <fieldset className="min-w-0 px-4 pt-1 pb-4">
        <legend className="sr-only">{line.title}</legend>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-x-3 gap-y-2.5">
          {line.cells.map(({ pattern, action, lets }) => (
            <Cell
              key={pattern}
              pattern={pattern}
              effect={start[pattern]}
              said={entries[pattern]}
              wider={widerThan(pattern, entries, lines)}
              title={lets}
              action={action}
            />
          ))}
        </div>
      </fieldset>
    </details>
  );
}

function RowSummary({ line, lines, entries }: Omit<LineProps, "start">) {
  const { actions, allowed, denied, wider } = rowSummary(line, entries, lines);
  return (
    <span className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
      {allowed > 0 && <Badge tone="good">{allowed} allowed</Badge>}
      {denied > 0 && <Badge tone="danger">{denied} denied</Badge>}
      {wider && (
        <span>
          {wider.effect} by {wider.words}
        </span>
      )}
      {!allowed && !denied && !wider && <span>nothing said</span>}
      <span>· {actions === 1 ? "1 action" : `${actions} actions`}</span>
    </span>
  );
}

type CellProps = {
  pattern: string;
  action: string;
  /** What it began with, and what it is now. */
  effect?: string;
  said?: string;
  wider?: Wider;
  title: string;
};

function Cell({ pattern, action, effect = "", said, wider, title }: CellProps) {
  const name = cellName(pattern);
  return (
    <div className="grid content-start gap-0.5" title={title || undefined}>
      <label htmlFor={name} className="text-xs leading-5 text-muted">
        {action}
      </label>
      <select
        key={effect}
        id={name}
        name={name}
        defaultValue={effect}
        aria-describedby={wider && !said ? `${name} wider` : undefined}
        className="input has-[[value=allowed]:checked]:border-good-line has-[[value=allowed]:checked]:bg-good-soft has-[[value=denied]:checked]:border-danger-line has-[[value=denied]:checked]:bg-danger-soft"
      >
        <option value="">{wider ? `(${wider.effect})` : "–"}</option>
        <option value="allowed">Allowed</option>
        <option value="denied">Denied</option>
      </select>
      {wider && !said && (
        <span id={`${name} wider`} className="text-xs text-muted">
          {wider.effect} by {wider.words}
        </span>
      )}
    </div>
  );
}
