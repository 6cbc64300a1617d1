"use client";

import { TypedConfirmation } from "#components/forms/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { revokeTokens } from "../actions.ts";

/** The last word before several tokens are revoked; who revokes many types it. */
export function RevokeForm({ ids, them }: { ids: string[]; them: string }) {
  return (
    <div className="mt-6 max-w-xl">
      <Form action={revokeTokens}>
        {ids.map((id) => (
          <input key={id} type="hidden" name="ids" value={id} />
        ))}
        {ids.length > 1 && <TypedConfirmation words={`revoke ${them}`} />}
        <div className="flex flex-wrap gap-2.5">
          <ButtonLink href="/tokens">Cancel</ButtonLink>
          <SubmitButton tone="danger" busy="Revoking…">
            Revoke {them}
          </SubmitButton>
        </div>
      </Form>
    </div>
  );
}
