import { ConfirmButton } from "#components/confirm-button.tsx";
import { removePasskey } from "./actions.ts";

type RemoveProps = { id: string; name: string; provider: string; isLast: boolean; demanded: boolean };

/** Removes a passkey, after saying what that means; the last factor stays where the account demands one. */
export function RemovePasskey({ id, name, provider, isLast, demanded }: RemoveProps) {
  if (isLast && demanded)
    return <span className="hint max-w-56">Your last factor. Your account demands one: add another first.</span>;
  const keeper = provider === "Passkey" ? "your device or password manager" : provider;
  return (
    <ConfirmButton
      id={`remove-${id}`}
      label="Remove"
      describes={name}
      small
      title={`Remove ${name}?`}
      action={removePasskey}
      fields={{ id, endOtherSessions: "true" }}
      verb="Remove passkey"
      busy="Removing…"
      success="The passkey was removed"
    >
      It opens nothing here any more, and your other sessions end. Delete it in {keeper} as well, or it is still offered
      to you.{" "}
      {isLast &&
        "It is your last second factor: from then on your password alone lets you in, and your recovery codes go with it."}
    </ConfirmButton>
  );
}
