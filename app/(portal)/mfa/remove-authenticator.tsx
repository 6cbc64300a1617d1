import { ConfirmButton } from "#components/confirm-button.tsx";
import { removeAuthenticator } from "./actions.ts";

type RemoveProps = { id: string; name: string; isLast: boolean; demanded: boolean };

/** Removes an authenticator, after saying what that means; the last one stays where the account demands one. */
export function RemoveAuthenticator({ id, name, isLast, demanded }: RemoveProps) {
  if (isLast && demanded)
    return <span className="hint max-w-56">Your last factor. Your account demands one: add another first.</span>;
  return (
    <ConfirmButton
      id={`remove-${id}`}
      label="Remove"
      describes={name}
      small
      title={`Remove ${name}?`}
      action={removeAuthenticator}
      fields={{ id, endOtherSessions: "true" }}
      verb="Remove authenticator"
      busy="Removing…"
      success="The authenticator was removed"
    >
      {isLast
        ? "It is your last second factor: from then on your password alone lets you in, and your recovery codes go with it. Your other sessions end."
        : "Its codes are worth nothing from then on. Your other sessions end."}
    </ConfirmButton>
  );
}
