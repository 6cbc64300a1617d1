"use client";

import { ConfirmDialog } from "#components/forms/confirm-dialog.tsx";
import { SubmitButton } from "#components/forms/form.tsx";
import { Button } from "#components/ui/button.tsx";
import { closeDialog } from "#components/ui/close-dialog.ts";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { revokePrevious, revokeToken } from "./actions.ts";
import { PreviousUse } from "./previous-secret-facts.tsx";
import { RenameForm } from "./rename-form.tsx";

type DialogProps = { id: string; token: Token; onDone?: () => void };

/** Asks for another name or description. */
export function RenameDialog({ id, token, onDone }: DialogProps) {
  function finish() {
    closeDialog(id);
    onDone?.();
  }
  return (
    <Dialog id={id} title={`Rename ${token.name}`}>
      <RenameForm token={token} success="Saved" onDone={finish}>
        <Actions>
          <Button closes={id}>Cancel</Button>
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </Actions>
      </RenameForm>
    </Dialog>
  );
}

/** Asks before the secrets are ended that a token had before its present one. */
export function EndFormerDialog({ id, token: { id: tokenId, name, replaced }, onDone }: DialogProps) {
  const what = replaced.length === 1 ? "the old secret" : `${replaced.length} old secrets`;
  return (
    <ConfirmDialog
      id={id}
      title={`End ${what} of ${name} now?`}
      action={revokePrevious}
      fields={{ id: tokenId }}
      verb="End now"
      busy="Ending…"
      success={`Only the new secret of ${name} is good now`}
      onDone={onDone}
    >
      {replaced.some(({ lastUsedAt }) => lastUsedAt) && (
        <strong className="font-semibold text-text">
          Old secret: <PreviousUse former={replaced} />.{" "}
        </strong>
      )}
      <span>Whoever uses an old secret afterwards is refused, and the token is revoked by that.</span>
    </ConfirmDialog>
  );
}

/** Asks before a token is revoked; what was used within a day is worth typing its name. */
export function RevokeDialog({ id, token, onDone }: DialogProps) {
  return (
    <ConfirmDialog
      id={id}
      title={`Revoke ${token.name}?`}
      action={revokeToken}
      fields={{ id: token.id }}
      verb="Revoke token"
      busy="Revoking…"
      success={`Revoked ${token.name}`}
      typed={isInUse(token) ? token.name : undefined}
      onDone={onDone}
    >
      <Consequences token={token} />
    </ConfirmDialog>
  );
}

const day = 86_400_000;
const isInUse = ({ lastUsedAt }: Token) => lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < day;

/** What revoking a token comes to, from what it did. */
export function Consequences({ token: { lastUsedAt, lastUsedAddress, lastUsedProgram }, short }: ConsequencesProps) {
  const end = short ? "" : " A revoked token cannot be brought back.";
  if (!lastUsedAt) return <span>{`It was never used.${end}`}</span>;
  const by = `${lastUsedProgram ? ` by ${lastUsedProgram}` : ""}${lastUsedAddress ? ` from ${lastUsedAddress}` : ""}`;
  return (
    <span>
      <strong className="font-semibold text-text">
        Used <Time iso={lastUsedAt} as="relative" />
        <span>{`${by}.`}</span>
      </strong>
      {!short && <span>{` Whatever still uses it is refused from the moment you revoke it.${end}`}</span>}
    </span>
  );
}

type ConsequencesProps = {
  token: Pick<Token, "lastUsedAt" | "lastUsedAddress" | "lastUsedProgram">;
  /** What is true of every token is said elsewhere. */
  short?: boolean;
};
