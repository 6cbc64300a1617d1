"use client";

import type { ReactNode } from "react";
import { stepUpAndReturn } from "#components/step-up/actions.ts";
import { askToStepUp } from "#components/step-up/ask.ts";
import { ProofForm } from "#components/step-up/proof-form.tsx";

/** Step-up as a form in a page. */
export function ConfirmForm({ methods, children }: { methods: string[]; children: ReactNode }) {
  return (
    <ProofForm action={stepUpAndReturn} methods={methods} ask={askToStepUp} className="grid max-w-sm gap-5">
      {children}
    </ProofForm>
  );
}
