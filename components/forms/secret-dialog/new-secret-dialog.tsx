"use client";

import { Form } from "#components/forms/form.tsx";
import { DialogActions, type FormDialogProps } from "#components/forms/form-dialog.tsx";
import { HiddenFields } from "#components/forms/hidden-fields.tsx";
import { closeDialog } from "#components/ui/close-dialog.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import type { Elements } from "#components/ui/elements.ts";

type NewSecretProps<Output> = Omit<FormDialogProps<Output>, "success" | "onDone"> & {
  /** Shows what was made: a `CopySecret`. */
  reveal: (output: Output) => Elements;
};

/**
 * Asks in a dialog before a secret is made, and shows it once it is. The form stands around its dialog, so that the
 * secret can stand beside it: also without scripts, and once there is no room for another.
 */
export function NewSecretDialog<Output>({ id, title, description, alert, reveal, ...form }: NewSecretProps<Output>) {
  return (
    <Form action={form.action} onDone={() => closeDialog(id)} className="contents" whenDone={reveal}>
      {form.fields && <HiddenFields fields={form.fields} />}
      <Dialog id={id} title={title} description={description} alert={alert}>
        {form.children && <div className="grid gap-5">{form.children}</div>}
        <DialogActions id={id} {...form} />
      </Dialog>
    </Form>
  );
}
