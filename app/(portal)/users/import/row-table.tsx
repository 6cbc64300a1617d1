import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import type { ImportRow } from "#lib/people/csv/file.ts";
import type { RowResult } from "./use-import.ts";

type RowTableProps = { rows: ImportRow[]; results: RowResult[]; made: boolean; atOnce?: number };

const rank = ({ result }: RowResult) => (result === "refused" ? 0 : 1);

/** What came of each row, those that went wrong first. */
export function RowTable({ rows, results, made, atOnce = 100 }: RowTableProps) {
  const [shown, setShown] = useState(atOnce);
  const seen = results.map((result, place) => ({ result, row: rows[place] }));
  const ordered = seen.toSorted((one, other) => rank(one.result) - rank(other.result));
  return (
    <div className="card">
      <Table caption="Rows of the file" columns={["Person", "Line", "What came of it"]}>
        {ordered
          .slice(0, shown)
          .map(({ result, row }) => row && <FileRow key={row.line} row={row} result={result} made={made} />)}
      </Table>
      {ordered.length > shown && (
        <p className="border-t border-line p-4 text-center">
          <Button small onClick={() => setShown(shown + atOnce * 5)}>
            Show more of {ordered.length}
          </Button>
        </p>
      )}
    </div>
  );
}

function FileRow({
  row: { line, values },
  result: { result, errors },
  made,
}: {
  row: ImportRow;
  result: RowResult;
  made: boolean;
}) {
  return (
    <Row>
      <RowHead>
        <span className="font-medium wrap-anywhere">{values.fullName ?? "No name"}</span>
        <span className="hint block wrap-anywhere">{values.email ?? "No address"}</span>
      </RowHead>
      <Cell label="Line">{line}</Cell>
      <Cell label="What came of it">
        {result !== "refused" ? (
          <Badge tone="good" icon={<CircleCheck aria-hidden />}>
            {made ? "Made" : "Right"}
          </Badge>
        ) : (
          <ul className="grid gap-1 text-danger-text">
            {errors.map(({ column, message }) => (
              <li key={`${column} ${message}`} className="flex gap-1.5 wrap-anywhere">
                <CircleAlert aria-hidden className="mt-1 size-3.5 shrink-0" />
                {column ? `${column}: ${message}` : message}
              </li>
            ))}
          </ul>
        )}
      </Cell>
    </Row>
  );
}
