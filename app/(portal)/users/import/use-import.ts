"use client";

import { useRef, useState } from "react";
import { useStepUp } from "#components/forms/step-up/context.ts";
import type { ImportRow } from "#lib/people/csv/file.ts";
import { type Progress, runInChunks } from "../run.ts";
import { importUsers } from "./actions.ts";

/** What came of one row: made, or it could be made; or why not. */
export type RowResult = { result: "made" | "valid" | "refused"; errors: { column: string | null; message: string }[] };

/** How many rows a request takes: their text must stay well below what one may weigh. */
const chunk = 50;

/** Tries rows out, or makes people of them, and keeps how far it is. */
export function useImport(account: string | undefined) {
  const [progress, setProgress] = useState<Progress<RowResult> | null>(null);
  const stopped = useRef(false);
  const ask = useStepUp();

  /** Sees to all rows; with `dryRun` nothing is changed. */
  async function run(rows: ImportRow[], dryRun: boolean): Promise<Progress<RowResult>> {
    stopped.current = false;
    const end = await runInChunks<ImportRow, RowResult>({
      items: rows,
      chunk,
      send: (some) => importUsers({ status: "idle" }, formOf(some, dryRun, account)),
      prove: (problem) => new Promise<void>((go) => ask(problem, go)),
      tell: setProgress,
      isStopped: () => stopped.current,
    });
    setProgress(null);
    return end;
  }

  function stop() {
    stopped.current = true;
  }

  return { progress, run, stop };
}

function formOf(rows: ImportRow[], dryRun: boolean, account: string | undefined): FormData {
  const form = new FormData();
  form.set("rows", JSON.stringify(rows.map(({ values }) => values)));
  form.set("dryRun", String(dryRun));
  if (account) form.set("accountId", account);
  return form;
}
