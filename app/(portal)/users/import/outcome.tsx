import type { ReactNode } from "react";
import { inAccount } from "#components/layout/acting-account.ts";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { ImportRow } from "#lib/people/csv/file.ts";
import type { RowResult } from "./use-import.ts";

/** The file as it was read and tried out; `made` once people were made of it. */
export type ImportResult = {
  rows: ImportRow[];
  results: RowResult[];
  unknown: string[];
  made: boolean;
  stopped?: boolean;
};

export const isRight = (result: RowResult | undefined) => result !== undefined && result.result !== "refused";

type OutcomeProps = { tried: ImportResult; account?: string; children: (words: string) => ReactNode };

/** What came of a file as a whole; `children` is the button that goes on with the rows that are right. */
export function Outcome({ tried: { results, unknown, made, stopped }, account, children }: OutcomeProps) {
  const right = results.filter(isRight).length;
  const wrong = results.length - right;
  if (made)
    return (
      <Alert tone={wrong ? "warn" : "good"} title={`${right} ${right === 1 ? "person was" : "people were"} made`} live>
        {wrong > 0 && <p>{wrong} could not be made; the list says why.</p>}
        {stopped && <p>It was stopped before the end of the file.</p>}
        <p className="mt-2">
          <ButtonLink href={inAccount("/users?sort=-created", account)} small>
            See them
          </ButtonLink>
        </p>
      </Alert>
    );
  return (
    <Alert tone={wrong ? "warn" : "good"} title={`${right} of ${results.length} rows are right`} live>
      {wrong > 0 && <p>{wrong} would be left out: mend them in the file and choose it again, or go on without them.</p>}
      {unknown.length > 0 && <p>Columns that mean nothing here: {unknown.join(", ")}.</p>}
      {right > 0 && <p className="mt-3">{children(`Invite ${right} ${right === 1 ? "person" : "people"}`)}</p>}
    </Alert>
  );
}
