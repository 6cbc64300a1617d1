"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { FormDialog, type FormDialogProps } from "#components/forms/form-dialog.tsx";
import { Button, type ButtonTone } from "#components/ui/button.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Field, Input } from "#components/ui/field.tsx";

type ConfirmProps<Output> = Omit<FormDialogProps<Output>, "title" | "children" | "description" | "alert"> & {
  /** Names the act and the thing: "Revoke nightly export?" */
  title: ReactNode;
  /** What will break, from real data. */
  children: ReactNode;
  /** What else stands in its form. */
  inForm?: Elements;
  /** What must be typed first; only for acts that break much. */
  typed?: string;
};

/** The question before a destructive act: safe button first, what will break, the act's own verb on the other. */
export function ConfirmDialog<Output>({ children, inForm, typed, tone = "danger", ...act }: ConfirmProps<Output>) {
  const finish = useFinish(act.onDone);
  return (
    <FormDialog {...act} tone={tone} description={children} alert onDone={finish}>
      {inForm}
      {typed && <TypedConfirmation words={typed} />}
    </FormDialog>
  );
}

/**
 * Words that must be typed before the form around is sent. The browser itself holds it back while they do not match,
 * and says why; they are not sent along.
 */
export function TypedConfirmation({ words }: { words: string }) {
  const exactly = words.replace(/[\\^$.*+?()[\]{}|/&\-!#%,:;<=>@`~]/g, "\\$&");
  return (
    <Field
      name="confirmation"
      required
      label={
        <>
          Type{" "}
          <span className="font-mono wrap-anywhere select-all" translate="no">
            {words}
          </span>{" "}
          to confirm
        </>
      }
    >
      <Input
        name=""
        pattern={exactly}
        title={`Type ${words}`}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
      />
    </Field>
  );
}

// When the act removes the row that the dialog belongs to, the focus would be lost with it; it goes to the heading
// then.
function useFinish(onDone?: () => void) {
  const finished = useRef(false);
  useEffect(
    () => () => {
      if (finished.current) setTimeout(focusHeading);
    },
    [],
  );
  return function finish() {
    finished.current = true;
    onDone?.();
  };
}

function focusHeading() {
  if (document.activeElement && document.activeElement !== document.body) return;
  const heading = document.querySelector<HTMLElement>("[data-list-heading], main h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

/**
 * A button and the confirmation it opens. `label` is what the button says; `describes` ends its name for screen
 * readers.
 */
export function ConfirmButton<Output>({
  label,
  describes,
  buttonTone = "danger-quiet",
  small,
  ...confirm
}: ButtonProps<Output>) {
  return (
    <>
      <Button opens={confirm.id} tone={buttonTone} small={small} aria-label={describes && `${label} ${describes}`}>
        {label}
      </Button>
      <ConfirmDialog {...confirm} />
    </>
  );
}

type ButtonProps<Output> = ConfirmProps<Output> & {
  label: string;
  describes?: string;
  buttonTone?: ButtonTone;
  small?: boolean;
};
