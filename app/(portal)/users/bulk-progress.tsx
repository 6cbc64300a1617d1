"use client";

import { Button } from "#components/ui/button.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { type Progress, waitingWords } from "./run.ts";
import { type BulkResult, maxBulkUsers } from "./use-bulk.ts";

type ProgressProps = {
  progress: Progress<BulkResult>;
  names: Map<string, string>;
  stop: () => void;
  close: () => void;
};

/** How far a run is; then how it went, with everybody who was refused and why. */
export function BulkProgress({ progress, names, stop, close }: ProgressProps) {
  const { total, results, stopped, problem, gathering, capped, waiting } = progress;
  const seen = results.length;
  const refused = refusedOf(progress);
  const isOver = stopped || problem !== undefined || (!gathering && seen === total);
  return (
    <ProgressBar label="Progress">
      <p role="status" className="mr-auto font-medium">
        {isOver ? outcomeOf(progress) : gathering ? `Gathering… ${total}` : `${seen} of ${total}…`}
      </p>
      {!isOver && !gathering && <progress value={seen} max={total} aria-label="Progress" className="h-2 w-40" />}
      <Button small tone={isOver ? "primary" : "secondary"} onClick={isOver ? close : stop}>
        {isOver ? "Close" : "Stop"}
      </Button>
      {!isOver && <p className="hint w-full">Keep this page open: leaving it stops what is under way.</p>}
      {!isOver && waiting !== undefined && <p className="w-full">{waitingWords(waiting)}</p>}
      {isOver && capped && (
        <p className="w-full">
          These were the first {maxBulkUsers.toLocaleString("en")}. Narrow the list to reach whoever else matches.
        </p>
      )}
      {problem && (
        <p role="alert" className="w-full text-danger-text">
          {problem.detail}
        </p>
      )}
      {isOver && refused.length > 0 && (
        <ul className="max-h-48 w-full list-disc overflow-y-auto pl-5 text-muted">
          {refused.map(({ userId, message }) => (
            <li key={userId} className="wrap-anywhere">
              {`${names.get(userId) ?? userId}: ${message}`}
            </li>
          ))}
        </ul>
      )}
    </ProgressBar>
  );
}

const refusedOf = ({ results }: Progress<BulkResult>) => results.filter(({ done }) => !done);

function outcomeOf(progress: Progress<BulkResult>) {
  const { total, results, stopped } = progress;
  const refused = refusedOf(progress).length;
  const done = `${results.length - refused} done`;
  const not = refused ? `, ${refused} not` : "";
  return stopped ? `Stopped: ${done}${not}, ${total - results.length} left as they were` : `${done}${not}`;
}
