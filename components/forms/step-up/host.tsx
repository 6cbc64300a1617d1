"use client";

import { lazy, Suspense, useCallback, useState } from "react";
import type { Elements } from "#components/ui/elements.ts";
import type { Problem } from "#lib/http/next/action.ts";
import { StepUpContext } from "./context.ts";

// Loaded when it is first needed: most visits end without it. After an update it is gone, but what was typed must not
// be.
const StepUpDialog = lazy(() =>
  import("./dialog.tsx").then(
    (module) => ({ default: module.StepUpDialog }),
    () => ({ default: OnItsPage }),
  ),
);

type PendingStepUp = { problem: Problem; then: () => void; times: number };

/** The one dialog in which a person proves who they are, for every form of the pages inside. */
export function StepUpHost({ children }: { children: Elements }) {
  const [asked, setAsked] = useState<PendingStepUp | null>(null);
  const ask = useCallback((problem: Problem, then: () => void) => {
    setAsked((before) => ({ problem, then, times: (before?.times ?? 0) + 1 }));
  }, []);
  return (
    <StepUpContext value={ask}>
      {children}
      <Suspense>
        {asked && (
          <StepUpDialog
            key={asked.times}
            methods={asked.problem.methods ?? []}
            onProven={() => {
              setAsked(null);
              asked.then();
            }}
            onCancelled={() => setAsked(null)}
          />
        )}
      </Suspense>
    </StepUpContext>
  );
}

/** In place of the dialog where it cannot be loaded: the way to the page that asks the same. */
function OnItsPage() {
  return (
    <div role="alert" className="tone-warn fixed inset-x-4 bottom-4 z-50 rounded-card border px-4 py-3 leading-relaxed">
      <a href="/confirm" target="_blank" rel="noopener" className="underline">
        Confirm in a new tab that it is you
      </a>
      <span>, then send this form once more. What you typed stays here.</span>
    </div>
  );
}
