import { RenameButton } from "#components/forms/rename-button.tsx";
import type { FormAction } from "#lib/http/next/action.ts";

type RenameProps<Output> = {
  accessKey: { id: string; label: string };
  action: FormAction<Output>;
  /** What the action is told besides. */
  fields?: Record<string, string>;
};

const field = { name: "label", label: "What it is for" };

/** A button that calls an access key something else, in a dialog. */
export const RenameKey = <Output,>({ accessKey: { id, label }, action, fields }: RenameProps<Output>) => (
  <RenameButton
    id={id}
    name={label}
    action={action}
    success="The access key was renamed"
    fields={{ ...fields, accessKeyId: id }}
    field={field}
  />
);
