"use client";

import { type FormEvent, useState } from "react";
import { Fieldset } from "#components/ui/choice.tsx";
import { Field, Textarea } from "#components/ui/field.tsx";
import { useFormState } from "#components/ui/form-context.ts";
import type { KnownPermission } from "#lib/core/catalogue.ts";
import type { Permissions } from "#lib/core/delegation.ts";
import { linesOf, typedEntries, withEntry } from "./entries.ts";
import { MatrixLine } from "./matrix-line.tsx";
import { linesIn, patternsIn, type Scope, scopeLabels } from "./permission-matrix.ts";
import type { Entries } from "./wider-entries.ts";

type GridProps = { known: KnownPermission[]; permissions: Permissions };

/**
 * What a role allows and denies: a line for each thing with its actions, the widest first, and lines of text for
 * everything else.
 */
export function PermissionGrid({ known, permissions }: GridProps) {
  const cells = new Set(patternsIn(known));
  const others = Object.fromEntries(Object.entries(permissions).filter(([pattern]) => !cells.has(pattern)));
  const { start, entries, change } = useEntries(permissions);
  return (
    <Fieldset
      name="permissions"
      legend="Permissions"
      hint="A denial beats every allowance, in whatever role it stands. What is neither allowed nor denied is left to people's other roles."
    >
      <div className="grid gap-3" onChange={change}>
        {(["own", "managed"] as const).map((scope) => (
          <ScopeGrid key={scope} scope={scope} known={known} start={start} entries={entries} />
        ))}
      </div>
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

/** The entries that the cells begin with, and those that stand in them now. */
function useEntries(permissions: Permissions) {
  const { state } = useFormState();
  const typed = state.status === "idle" ? undefined : state.values;
  const start: Entries = { ...permissions, ...typedEntries(typed ?? {}) };
  const [entries, setEntries] = useState(start);
  const [seen, setSeen] = useState(permissions);
  if (seen !== permissions) {
    setSeen(permissions);
    setEntries(start);
  }
  function change({ target }: FormEvent) {
    if (target instanceof HTMLSelectElement) setEntries((now) => withEntry(now, target.name, target.value));
  }
  return { start, entries, change };
}

type ScopeProps = { known: KnownPermission[]; scope: Scope; start: Entries; entries: Entries };

function ScopeGrid({ scope, known, start, entries }: ScopeProps) {
  const lines = linesIn(known, scope);
  const count = (said: Entries) => lines.flatMap(({ cells }) => cells).filter(({ pattern }) => said[pattern]).length;
  const said = count(entries);
  return (
    <details open={scope === "own" || count(start) > 0} className="min-w-0 rounded-card border border-line">
      <summary className="cursor-pointer px-4 py-2.5 font-medium">
        {scopeLabels[scope].title}
        <span className="font-normal text-muted"> · {said === 1 ? "1 entry" : `${said || "no"} entries`}</span>
      </summary>
      <p className="hint border-t border-line px-4 py-2.5">{scopeLabels[scope].hint}</p>
      {lines.map((line) => (
        <MatrixLine key={line.title} line={line} lines={lines} start={start} entries={entries} />
      ))}
    </details>
  );
}
