import type { ReactNode } from "react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import type { FormAction } from "#lib/http/next/action.ts";

type RemoveProps<Output> = {
  id: string;
  name: string;
  /** The kind of thing: "authenticator". */
  what: string;
  action: FormAction<Output>;
  isLast: boolean;
  demanded: boolean;
  /** What becomes of it. */
  children: ReactNode;
};

/** Removes a second factor, after saying what that means; the last one stays where the account requires one. */
export function RemoveFactor<Output>({ id, name, what, action, isLast, demanded, children }: RemoveProps<Output>) {
  if (isLast && demanded)
    return <span className="hint max-w-56">Your last factor. Your account demands one: add another first.</span>;
  return (
    <ConfirmButton
      id={`remove-${id}`}
      label="Remove"
      describes={name}
      small
      title={`Remove ${name}?`}
      action={action}
      fields={{ id, endOtherSessions: "true" }}
      verb={`Remove ${what}`}
      busy="Removing…"
      success={`The ${what} was removed`}
    >
      <span>{children}</span>{" "}
      {isLast && (
        <span>
          It is your last second factor: from then on your password alone lets you in, and your recovery codes go with
          it.
        </span>
      )}
    </ConfirmButton>
  );
}
