"use client";

import { Form, SubmitButton } from "#components/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { renamePasskey } from "./actions.ts";

/** Calls a passkey something else, in a dialog. */
export function RenamePasskey({ id, name }: { id: string; name: string }) {
  const dialog = `rename-${id}`;
  return (
    <>
      <Button small opens={dialog} aria-label={`Rename ${name}`}>
        Rename
      </Button>
      <Dialog id={dialog} title={`Rename ${name}`}>
        <Form action={renamePasskey} success="The passkey was renamed" onDone={() => close(dialog)}>
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
