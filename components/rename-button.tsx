"use client";

import { Form, SubmitButton } from "#components/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { FormAction } from "#lib/doors/action.ts";

type RenameProps<Output> = { id: string; name: string; action: FormAction<Output>; success: string };

/** A button that calls a thing something else, in a dialog. The action takes `id` and `name`. */
export function RenameButton<Output>({ id, name, action, success }: RenameProps<Output>) {
  const dialog = `rename-${id}`;
  return (
    <>
      <Button small opens={dialog} aria-label={`Rename ${name}`}>
        Rename
      </Button>
      <Dialog id={dialog} title={`Rename ${name}`}>
        <Form action={action} success={success} onDone={() => close(dialog)}>
          <input type="hidden" name="id" value={id} />
          <Field name="name" label="Name" required>
            <Input defaultValue={name} maxLength={100} autoComplete="off" />
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
