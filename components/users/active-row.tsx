import type { ReactNode } from "react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { ListRow } from "#components/lists/list-row.tsx";
import type { FormAction } from "#lib/http/next/action.ts";

type ActiveProps<Output> = {
  action: FormAction<Output>;
  name: string;
  active: boolean;
  /** What is asked for besides `active`. */
  fields: Record<string, string>;
  /** How it stands. */
  words: string;
  /** What comes of the change. */
  children: ReactNode;
};

/** Whether somebody, or a program, can come in at all, and the button that changes it. */
export function ActiveRow<Output>({ name, active, fields, words, action, children }: ActiveProps<Output>) {
  const verb = active ? "Deactivate" : "Activate";
  return (
    <ListRow words={words}>
      <ConfirmButton
        id="set-active"
        label={verb}
        small
        buttonTone={active ? "danger-quiet" : "secondary"}
        tone={active ? "danger" : "primary"}
        title={`${verb} ${name}?`}
        action={action}
        fields={{ ...fields, active: String(!active) }}
        verb={verb}
        busy="Changing…"
        success={`${name} is ${active ? "inactive" : "active"}.`}
      >
        {children}
      </ConfirmButton>
    </ListRow>
  );
}
