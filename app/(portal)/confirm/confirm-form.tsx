"use client";

import { stepUpAndReturn } from "#components/forms/step-up/actions.ts";
import { askToStepUp } from "#components/forms/step-up/ask.ts";
import { ProofForm } from "#components/forms/step-up/proof-form.tsx";
import type { Elements } from "#components/ui/elements.ts";

/** Step-up as a form in a page. */
export function ConfirmForm({ methods, children }: { methods: string[]; children: Elements }) {
  return (
    <ProofForm action={stepUpAndReturn} methods={methods} ask={askToStepUp} className="grid max-w-sm gap-5">
      {children}
    </ProofForm>
  );
}
