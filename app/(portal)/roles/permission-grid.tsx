import type { ReactNode } from "react";
import { Fieldset } from "#components/ui/choice.tsx";
import { Field, Textarea } from "#components/ui/field.tsx";
import type { Known } from "#lib/core/catalogue.ts";
import type { Permissions } from "#lib/core/holding.ts";
import { cellName, linesOf } from "./entries.ts";
import { type Line, linesIn, patternsIn, type Scope, scopeWords } from "./grid.ts";

type GridProps = { known: Known[]; permissions: Permissions };

/** What a role allows and denies: a cell for each action on each thing, wildcards first, and lines for everything else. */
export function PermissionGrid({ known, permissions }: GridProps) {
  const cells = new Set(patternsIn(known));
  const others = Object.fromEntries(Object.entries(permissions).filter(([pattern]) => !cells.has(pattern)));
  return (
    <Fieldset
      name="permissions"
      legend="Permissions"
      hint="A denial beats every allowance, in whatever role it stands. What is neither allowed nor denied is left to people's other roles."
    >
      {(["own", "managed"] as const).map((scope) => (
        <ScopeGrid key={scope} scope={scope} known={known} permissions={permissions} />
      ))}
      <Field
        name="others"
        label="Other entries"
        optional
        hint={
          <>
            For other services, one on a line: <code>allowed pro:own:publish:app</code> or{" "}
            <code>denied *:*:delete:*</code>. The parts are service, own or managed, action, thing; each may be{" "}
            <code>*</code>.
          </>
        }
      >
        <Textarea defaultValue={linesOf(others)} rows={3} className="font-mono text-xs" spellCheck={false} />
      </Field>
    </Fieldset>
  );
}

type ScopeProps = GridProps & { scope: Scope };

function ScopeGrid({ scope, known, permissions }: ScopeProps) {
  const lines = linesIn(known, scope);
  const said = lines.flatMap(({ cells }) => cells).filter(({ pattern }) => permissions[pattern]).length;
  return (
    <details open={scope === "own" || said > 0} className="min-w-0 rounded-card border border-line">
      <summary className="cursor-pointer px-4 py-2.5 font-medium">
        {scopeWords[scope].title}
        <span className="font-normal text-muted"> · {said === 1 ? "1 entry" : `${said || "no"} entries`}</span>
      </summary>
      <p className="hint border-t border-line px-4 pt-3">{scopeWords[scope].hint}</p>
      <div className="grid gap-4 p-4">
        {lines.map((line) => (
          <GridLine key={line.title} line={line} permissions={permissions} />
        ))}
      </div>
    </details>
  );
}

function GridLine({ line, permissions }: { line: Line; permissions: Permissions }) {
  return (
    <fieldset className="min-w-0 border-t border-line pt-3 first:border-0 first:pt-0">
      <legend className="float-left w-full font-medium first-letter:uppercase sm:w-40">{line.title}</legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(8.25rem,1fr))] gap-x-3 gap-y-2.5 clear-both pt-1.5">
        {line.cells.map(({ pattern, action, lets }) => (
          <Cell key={pattern} pattern={pattern} effect={permissions[pattern]} title={lets}>
            {action}
          </Cell>
        ))}
      </div>
    </fieldset>
  );
}

type CellProps = { pattern: string; effect: string | undefined; title: string; children: ReactNode };

function Cell({ pattern, effect, title, children }: CellProps) {
  return (
    <label className="grid gap-0.5" title={title}>
      <span className="text-xs leading-5 text-muted">{children}</span>
      <select
        key={effect ?? ""}
        name={cellName(pattern)}
        defaultValue={effect ?? ""}
        className="input has-[[value=allowed]:checked]:border-good-line has-[[value=allowed]:checked]:bg-good-soft has-[[value=denied]:checked]:border-danger-line has-[[value=denied]:checked]:bg-danger-soft"
      >
        <option value="">–</option>
        <option value="allowed">Allowed</option>
        <option value="denied">Denied</option>
      </select>
    </label>
  );
}
