"use client";

import { FormDialog } from "#components/forms/form-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { FormAction } from "#lib/http/next/action.ts";

type RenameProps<Output> = {
  id: string;
  name: string;
  action: FormAction<Output>;
  success: string;
  /** What the action is told besides the name; `id` when left out. */
  fields?: Record<string, string>;
  /** The field that takes the name, where it is called something else and may be empty. */
  field?: { name: string; label: string };
};

/** A button that calls a thing something else, in a dialog. */
export function RenameButton<Output>({ id, name, action, success, fields = { id }, field }: RenameProps<Output>) {
  const dialog = `rename-${id}`;
  return (
    <>
      <Button small opens={dialog} aria-label={`Rename ${name || id}`}>
        Rename
      </Button>
      <FormDialog
        id={dialog}
        title={`Rename ${name || id}`}
        action={action}
        fields={fields}
        success={success}
        verb="Save"
        busy="Saving…"
      >
        <Field name={field?.name ?? "name"} label={field?.label ?? "Name"} required={!field} optional={Boolean(field)}>
          <Input defaultValue={name} maxLength={100} autoComplete="off" />
        </Field>
      </FormDialog>
    </>
  );
}
