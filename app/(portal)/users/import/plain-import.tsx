"use client";

import { useActionState, useId } from "react";
import { AccountInput } from "#components/forms/account-input.tsx";
import { FormErrors } from "#components/forms/errors.tsx";
import { Button } from "#components/ui/button.tsx";
import { legacyEncodings } from "#lib/people/csv/encoding.ts";
import { importFile } from "./actions.ts";
import { type ImportResult, isRight, Outcome } from "./outcome.tsx";
import { RowTable } from "./row-table.tsx";

/**
 * The way of a file without scripts: it is sent whole, tried out, and what is right of it is sent back to make people.
 */
export function PlainImport({ account }: { account?: string }) {
  const id = useId();
  const [state, send] = useActionState(importFile, { status: "idle" });
  const tried = state.status === "done" ? state.output : undefined;
  return (
    <form action={send} className="grid gap-5">
      <AccountInput account={account} />
      {state.status === "refused" && <FormErrors id={id} problem={state.problem} />}
      {tried ? <Seen tried={tried} account={account} /> : <Chooser id={id} />}
    </form>
  );
}

function Chooser({ id }: { id: string }) {
  return (
    <div className="card grid gap-3 p-5 sm:p-6">
      <label htmlFor={`${id}field-file`} className="label">
        CSV file
      </label>
      <input
        id={`${id}field-file`}
        type="file"
        name="file"
        required
        accept=".csv,text/csv,text/plain"
        className="input"
      />
      <p className="hint">Nothing is changed before you have seen what would come of it. 200 people at most.</p>
      <label htmlFor={`${id}field-encoding`} className="label">
        Text encoding
      </label>
      <select id={`${id}field-encoding`} name="encoding" className="input" defaultValue="">
        <option value="">Unicode (UTF-8 or UTF-16)</option>
        {Object.entries(legacyEncodings).map(([label, name]) => (
          <option key={label} value={label}>
            {name}
          </option>
        ))}
      </select>
      <p className="hint">
        Excel’s plain “CSV” is not Unicode; its “CSV UTF-8” is. A Unicode file is read as such in any case.
      </p>
      <div>
        <Button type="submit">Try it out</Button>
      </div>
    </div>
  );
}

function Seen({ tried, account }: { tried: ImportResult; account?: string }) {
  const { rows, results, made } = tried;
  const right = rows.filter((_, place) => isRight(results[place]));
  return (
    <>
      <Outcome tried={tried} account={account}>
        {(words) => (
          <>
            <input type="hidden" name="rows" value={JSON.stringify(right)} />
            <Button type="submit" tone="primary">
              {words}
            </Button>
          </>
        )}
      </Outcome>
      <RowTable rows={rows} results={results} made={made} atOnce={rows.length} />
    </>
  );
}
