"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Button, type ButtonTone } from "#components/ui/button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { Field, Input } from "#components/ui/field.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FormAction } from "#lib/http/next/action.ts";

type ConfirmProps<Output> = {
  /** The dialog's id, for another button that opens it. */
  id: string;
  /** Names the act and the thing: "Revoke nightly export?" */
  title: ReactNode;
  /** What will break, from real data. */
  children: ReactNode;
  action: FormAction<Output>;
  /** What the action is told besides, e.g. `{ id }`. */
  fields?: Record<string, string>;
  /** The destructive button: "Revoke token". */
  verb: string;
  /** While it happens: "Revoking…" */
  busy?: string;
  /** Said as a toast when it happened. */
  success?: string;
  /** Runs in the browser as soon as it happened. */
  onDone?: () => void;
  /** What else stands in its form. */
  inForm?: Elements;
  /** What must be typed first; only for acts that break much. */
  typed?: string;
  /** Not everything that needs a confirmation destroys something. */
  tone?: "danger" | "primary";
};

/** The question before a destructive act: safe button first, what will break, the act's own verb on the other. */
export function ConfirmDialog<Output>({
  id,
  title,
  children,
  fields = {},
  inForm,
  typed,
  ...act
}: ConfirmProps<Output>) {
  const finish = useFinish(id, act.success, act.onDone);
  return (
    <Dialog id={id} title={title} description={children} alert>
      <Form action={act.action} onDone={finish}>
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {inForm}
        {typed && <TypedConfirmation words={typed} />}
        <Actions>
          <Button closes={id}>Cancel</Button>
          <SubmitButton tone={act.tone ?? "danger"} busy={act.busy}>
            {act.verb}
          </SubmitButton>
        </Actions>
      </Form>
    </Dialog>
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
function useFinish(id: string, success?: string, onDone?: () => void) {
  const finished = useRef(false);
  useEffect(
    () => () => {
      if (finished.current) setTimeout(focusHeading);
    },
    [],
  );
  function finish() {
    finished.current = true;
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement) dialog.close();
    if (success) toast(success);
    onDone?.();
  }
  return finish;
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
