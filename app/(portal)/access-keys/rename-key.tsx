"use client";

import { Form, SubmitButton } from "#components/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { FormAction } from "#lib/doors/action.ts";

type RenameProps<Output> = {
  accessKey: { id: string; label: string };
  action: FormAction<Output>;
  /** What the action is told besides. */
  fields?: Record<string, string>;
};

/** A button that calls an access key something else, in a dialog. */
export function RenameKey<Output>({ accessKey: { id, label }, action, fields = {} }: RenameProps<Output>) {
  const dialog = `rename-${id}`;
  return (
    <>
      <Button small opens={dialog} aria-label={`Rename ${label || id}`}>
        Rename
      </Button>
      <Dialog id={dialog} title={`Rename ${label || id}`}>
        <Form action={action} success="The access key was renamed" onDone={() => close(dialog)}>
          {Object.entries({ ...fields, accessKeyId: id }).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <Field name="label" label="What it is for" optional>
            <Input defaultValue={label} maxLength={100} autoComplete="off" />
          </Field>
          <Actions>
            <Button closes={dialog}>Cancel</Button>
            <SubmitButton busy="Saving…">Save</SubmitButton>
          </Actions>
        </Form>
      </Dialog>
    </>
  );
}

function close(id: string) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.close();
}
