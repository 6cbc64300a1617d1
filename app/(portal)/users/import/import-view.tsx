"use client";

import { type ChangeEvent, type MouseEvent, useId, useState } from "react";
import { whyUnanswered } from "#components/forms/unanswered.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { decodeUnicode, isWorkbook, workbookTrouble } from "#lib/people/csv/encoding.ts";
import type { ImportRow } from "#lib/people/csv/file.ts";
import { type Progress, waitingWords } from "../run.ts";
import { EncodingQuestion } from "./encoding-question.tsx";
import { type ImportResult, isRight, Outcome } from "./outcome.tsx";
import { RowTable } from "./row-table.tsx";
import { type RowResult, useImport } from "./use-import.ts";

type Attempt = Pick<ImportResult, "rows" | "unknown" | "made">;

/** Reads a file, tries it out without changing anything, then makes people of the rows that are right. */
export function ImportView({ account }: { account?: string }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [tried, setTried] = useState<ImportResult | null>(null);
  const [again, setAgain] = useState<(() => void) | null>(null);
  const [unclear, setUnclear] = useState<Uint8Array | null>(null);
  const { progress, run, stop } = useImport(account);

  async function chosen(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    setTrouble(null);
    setAgain(null);
    setTried(null);
    setUnclear(null);
    if (file) await take(new Uint8Array(await file.arrayBuffer()));
  }

  async function take(bytes: Uint8Array) {
    if (isWorkbook(bytes)) return setTrouble(workbookTrouble);
    const text = decodeUnicode(bytes);
    return text === null ? setUnclear(bytes) : read(text);
  }

  async function read(text: string) {
    setUnclear(null);
    const reader = await import("#lib/people/csv/file.ts").catch(whyUnanswered);
    if (!("readCsv" in reader)) return setTrouble(`${reader.title}. ${reader.detail}`);
    const file = reader.readCsv(text);
    if ("trouble" in file) return setTrouble(file.trouble);
    await attempt({ rows: file.rows, unknown: file.unknown, made: false });
  }

  function apply({ rows, results, unknown }: ImportResult) {
    const right = rows.filter((_, place) => isRight(results[place]));
    return attempt({ rows: right, unknown, made: true });
  }

  /**
   * Goes on behind the results that are there from an attempt that failed; when it fails, too, it can be tried again.
   */
  async function attempt(what: Attempt, before: RowResult[] = []) {
    setTrouble(null);
    setAgain(null);
    const end = await run(what.rows.slice(before.length), !what.made);
    const results = [...before, ...end.results];
    settle(what.rows, what.unknown, { ...end, results }, what.made);
    if (end.problem) setAgain(() => () => attempt(what, results));
  }

  function settle(rows: ImportRow[], unknown: string[], end: Progress<RowResult>, made: boolean) {
    setTrouble(end.problem?.detail ?? null);
    const isKept = end.results.length > 0;
    const results = made ? end.results : withRepeats(rows, end.results);
    setTried(isKept ? { rows, unknown, results, made, stopped: end.stopped === true } : null);
  }

  return (
    <div className="grid gap-5">
      <Chooser onChange={chosen} busy={progress !== null} />
      {unclear && <EncodingQuestion bytes={unclear} onChoose={read} />}
      <div role="status" className="empty:hidden">
        {progress && <Running progress={progress} stop={stop} />}
      </div>
      {trouble && (
        <Alert tone="danger" title="This did not work" live>
          <p>{trouble}</p>
          {again && (
            <p className="mt-3">
              <Button small onClick={again}>
                Try again
              </Button>
            </p>
          )}
        </Alert>
      )}
      {tried && !progress && (tried.made || !again) && (
        <Outcome tried={tried} account={account}>
          {(words) => (
            <Button tone="primary" onClick={() => apply(tried)}>
              {words}
            </Button>
          )}
        </Outcome>
      )}
      {tried && <RowTable rows={tried.rows} results={tried.results} made={tried.made} />}
    </div>
  );
}

/** Each chunk is tried out by itself: what stands twice in the file is only seen here. */
function withRepeats(rows: ImportRow[], results: RowResult[]): RowResult[] {
  const first = new Map<string, number>();
  return results.map((result, place) => {
    const email = rows[place]?.values.email?.toLowerCase() ?? "";
    const line = first.get(email);
    if (line === undefined) first.set(email, rows[place]?.line ?? 0);
    if (line === undefined || !email || !isRight(result)) return result;
    return { result: "refused", errors: [{ column: "email", message: `Line ${line} has this address already.` }] };
  });
}

/** A file that was mended is chosen anew under the same name, which the browser would take for no change. */
function forget({ currentTarget }: MouseEvent<HTMLInputElement>) {
  currentTarget.value = "";
}

function Chooser({ onChange, busy }: { onChange: (event: ChangeEvent<HTMLInputElement>) => void; busy: boolean }) {
  const id = useId();
  return (
    <div className="card grid gap-1.5 p-5 sm:p-6">
      <label htmlFor={id} className="label">
        CSV file
      </label>
      <input
        id={id}
        type="file"
        accept=".csv,text/csv,text/plain"
        onChange={onChange}
        onClick={forget}
        disabled={busy}
        aria-describedby={`${id}-hint`}
        className="input"
      />
      <p id={`${id}-hint`} className="hint">
        Nothing is changed before you have seen what would come of it.
      </p>
    </div>
  );
}

function Running({ progress: { total, results, waiting }, stop }: { progress: Progress<RowResult>; stop: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <progress value={results.length} max={total} aria-label="Progress" className="h-2 w-48" />
      <span>
        {results.length} of {total}…
      </span>
      <Button small onClick={stop}>
        Stop
      </Button>
      {waiting !== undefined && <p className="w-full">{waitingWords(waiting)}</p>}
    </div>
  );
}
