"use client";

import dynamic from "next/dynamic";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { revealToken } from "../actions.ts";

const CopySecret = dynamic(() =>
  import("#components/forms/secret-dialog/secret-dialog.tsx").then((module) => module.CopySecret),
);

/** Shows the secret of a token again, where the account keeps copies. */
export function CopyAgain({ token: { id, scopes, expiresAt }, appUrl }: { token: Token; appUrl: string }) {
  return (
    <Form
      action={revealToken}
      className="contents"
      whenDone={(shown) => <CopySecret {...shown} again scopes={scopes} expiresAt={expiresAt} appUrl={appUrl} />}
    >
      <input type="hidden" name="id" value={id} />
      <SubmitButton tone="secondary" small busy="Opening…">
        Copy again
      </SubmitButton>
    </Form>
  );
}
