"use client";

import { lazy, Suspense, useCallback, useState } from "react";
import type { Elements } from "#components/ui/elements.ts";
import type { Problem } from "#lib/doors/action.ts";
import { StepUpContext } from "./context.ts";

// Loaded when it is first needed: most visits end without it.
const StepUpDialog = lazy(() => import("./dialog.tsx").then((module) => ({ default: module.StepUpDialog })));

type Asked = { problem: Problem; then: () => void; times: number };

/** The one dialog in which a person proves who they are, for every form of the pages inside. */
export function StepUpHost({ children }: { children: Elements }) {
  const [asked, setAsked] = useState<Asked | null>(null);
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
