"use client";

import { useEffect, useRef } from "react";
import { SubmitButton } from "#components/forms/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { closeDialog } from "#components/ui/close-dialog.ts";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { stepUp } from "./actions.ts";
import { askToStepUp } from "./ask.ts";
import { ProofForm } from "./proof-form.tsx";

type StepUpProps = { methods: string[]; onProven: () => void; onCancelled: () => void };

const id = "step-up";

/** Asks who is there to prove it, over the page; what they were about to do goes on by itself. */
export function StepUpDialog({ methods, onProven, onCancelled }: StepUpProps) {
  const proven = useRef(false);

  useEffect(() => {
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  }, []);

  function finish() {
    proven.current = true;
    closeDialog(id);
    onProven();
  }

  return (
    <Dialog
      id={id}
      title="Confirm that it is you"
      description="This changes how your account is kept safe, so prove once more who you are. It holds for 15 minutes."
      onClose={() => !proven.current && onCancelled()}
    >
      <ProofForm action={stepUp} onDone={finish} methods={methods} ask={askToStepUp}>
        <Actions>
          <Button closes={id}>Cancel</Button>
          <SubmitButton busy="Confirming…">Confirm</SubmitButton>
        </Actions>
      </ProofForm>
    </Dialog>
  );
}
