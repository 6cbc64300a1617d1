"use client";

import type { ReactNode } from "react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { HiddenFields } from "#components/forms/hidden-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { closeDialog } from "#components/ui/close-dialog.ts";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import type { Elements } from "#components/ui/elements.ts";
import type { FormAction } from "#lib/http/next/action.ts";

/** What every dialog with a form is made of. */
export type FormDialogProps<Output> = {
  /** The dialog's id, for the button that opens it. */
  id: string;
  title: ReactNode;
  description?: ReactNode;
  action: FormAction<Output>;
  /** What the action is told besides, e.g. `{ id }`. */
  fields?: Record<string, string>;
  /** What is asked for. */
  children?: Elements;
  /** The button that does it: "Revoke token". */
  verb: string;
  /** While it happens: "Revoking…" */
  busy?: string;
  tone?: "danger" | "primary";
  /** Said as a toast when it happened. */
  success?: string;
  /** Runs in the browser as soon as it happened. */
  onDone?: () => void;
  /** A question that must be answered, without a cross. */
  alert?: boolean;
};

/** A form in a dialog, which closes when it was done; a refusal is told inside it. */
export function FormDialog<Output>({ id, title, description, alert, ...form }: FormDialogProps<Output>) {
  function finish() {
    closeDialog(id);
    form.onDone?.();
  }
  return (
    <Dialog id={id} title={title} description={description} alert={alert}>
      <Form action={form.action} success={form.success} onDone={finish}>
        {form.fields && <HiddenFields fields={form.fields} />}
        {form.children}
        <DialogActions id={id} {...form} />
      </Form>
    </Dialog>
  );
}

type ActionsProps = Pick<FormDialogProps<unknown>, "id" | "verb" | "busy" | "tone">;

/** The buttons that end a dialog with a form: the safe one first. */
export const DialogActions = ({ id, verb, busy, tone }: ActionsProps) => (
  <Actions>
    <Button closes={id}>Cancel</Button>
    <SubmitButton tone={tone} busy={busy}>
      {verb}
    </SubmitButton>
  </Actions>
);
